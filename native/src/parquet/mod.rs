//! Rows into column chunks of Parquet, a file for each day: `src/front/parquet` and `src/front/wasm/assembly/encode.ts`,
//! page for page. What ends a file (its footer) and its statistics are made by `src/front` from what is told here.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use self::leaf::Encoder;
use self::window::{Facts, Window};
use crate::plan::{Format, Leaf};
use crate::rows::Rows;

mod bits;
mod bounds;
mod collect;
mod column;
mod compress;
mod deltas;
mod depths;
mod dictionary;
mod file;
mod hash_frame;
mod header;
mod keys;
mod leaf;
mod lists;
mod order;
#[cfg(test)]
mod tests;
mod texts;
mod window;

/// What an object's key and URI say of its rows.
#[derive(Debug, Clone, Default)]
pub struct ObjectFacts {
    pub uri: String,
    pub account: Option<String>,
    pub region: Option<String>,
}

/// Rows of one format and one day, sorted by time: `PAR1` and the column chunks, without a footer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenChunks {
    pub path: PathBuf,
    /// Bytes so far.
    pub size: u64,
    pub rows: usize,
    /// Days since 1970.
    pub day: i64,
    /// µs since 1970, as text: JSON has no 64-bit numbers.
    pub min_time: String,
    pub max_time: String,
    /// Numbers of the columns that are there, by `Format::columns`.
    pub columns: Vec<usize>,
    /// Their leaves in order.
    pub chunks: Vec<Chunk>,
}

/// `EncodedLeaf` of `src/front/parquet/encode-leaf.ts`, and where it starts. Offsets and sizes are bytes.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chunk {
    pub start: u64,
    pub bytes: usize,
    pub uncompressed: usize,
    /// 0: there is no dictionary page.
    pub dictionary_bytes: usize,
    /// Of the data pages' values, as Parquet numbers encodings.
    pub encoding: u8,
    pub entries: usize,
    pub nulls: usize,
    pub absent: usize,
    /// Lower-case hex digits.
    pub min: Option<String>,
    pub max: Option<String>,
}

/// What writing needs beside the rows; scratch memory stays from one call to the next.
pub struct Writer {
    encoder: Encoder,
    facts: Facts,
    keys: Vec<u64>,
    order: Vec<u32>,
    content: Vec<u8>,
    aside: Vec<u8>,
}

impl Default for Writer {
    fn default() -> Writer {
        Writer::new()
    }
}

impl Writer {
    pub fn new() -> Writer {
        Writer {
            encoder: Encoder::new(),
            facts: Facts::default(),
            keys: Vec::new(),
            order: Vec::new(),
            content: Vec::new(),
            aside: Vec::new(),
        }
    }
    /// Writes rows, sorted by time, to a file for each day in `folder` (mode 0600, a fresh name each).
    /// `left_out`: by row, true when it is left out. `ingested_at`: ms since 1970.
    pub fn write(
        &mut self,
        format: &Format,
        rows: &Rows,
        left_out: Option<&[bool]>,
        facts: &dyn Fn(u32) -> ObjectFacts,
        folder: &Path,
        ingested_at: i64,
    ) -> io::Result<Vec<WrittenChunks>> {
        let times = &rows.times[..rows.count];
        order::sort(times, left_out, &mut self.keys, &mut self.order);
        if self.order.is_empty() {
            return Ok(Vec::new());
        }
        self.facts.read(rows, facts, &mut self.encoder.column)?;
        let mut written = Vec::new();
        for day in order::days(times, &self.order) {
            let order = &self.order[day.from..day.to];
            let window = Window::new(rows, order, &self.facts, ingested_at.saturating_mul(1000));
            let columns = file::kept_columns(&format.columns, &window);
            let leaves: Vec<&Leaf> = columns
                .iter()
                .flat_map(|&column| &format.columns[column].leaves)
                .collect();
            self.encoder.depths.clear();
            let chunks = file::encode_leaves(&leaves, &window, &mut self.encoder, &mut self.content, &mut self.aside)?;
            let time_of = |row: Option<&u32>| row.map_or(0, |&row| times[row as usize]).to_string();
            written.push(WrittenChunks {
                path: file::write_new(folder, &self.content)?,
                size: self.content.len() as u64,
                rows: order.len(),
                day: day.day,
                min_time: time_of(order.first()),
                max_time: time_of(order.last()),
                columns,
                chunks,
            });
        }
        Ok(written)
    }
}
