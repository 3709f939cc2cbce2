//! Rows into column chunks of Parquet, a file for each day: `src/front/parquet` and `src/front/wasm/assembly/encode.ts`,
//! page for page. What ends a file (its footer) and its statistics are made by `src/front` from what is told here.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::plan::Format;
use crate::rows::Rows;

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
#[derive(Debug, Serialize)]
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
pub struct Writer {}

impl Writer {
    pub fn new() -> Writer {
        todo!()
    }
    /// Writes rows, sorted by time, to a file for each day in `folder` (mode 0600, a fresh name each).
    /// `left_out`: by row, true when it is left out. `ingested_at`: ms since 1970.
    pub fn write(
        &mut self,
        _format: &Format,
        _rows: &Rows,
        _left_out: Option<&[bool]>,
        _facts: &dyn Fn(u32) -> ObjectFacts,
        _folder: &Path,
        _ingested_at: i64,
    ) -> io::Result<Vec<WrittenChunks>> {
        todo!()
    }
}
