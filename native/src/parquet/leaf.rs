//! One leaf column into the pages of a column chunk: `src/front/parquet/encode-leaf.ts`.

use std::io;

use super::Chunk;
use super::bits::{put_indexes, put_levels, width_of};
use super::bounds;
use super::collect::collect;
use super::column::Column;
use super::compress::Compressor;
use super::deltas::{delta_bytes, put_deltas};
use super::depths::{Depths, count_of};
use super::hash_frame::hash_frame;
use super::header::{Page, encoding, put_header};
use super::keys;
use super::texts::{Texts, put_plain};
use super::window::Window;
use crate::plan::{Leaf, NO_SLOT, Physical, Source};

const PAGE_BYTES: usize = 1 << 20;
/// Entries up to which a dictionary of numbers is not weighed against their deltas.
const FEW_ENTRIES: usize = 256;
/// Rows of a page of hashes: 1 MiB of text.
const HASH_ROWS: usize = 1 << 16;

pub struct Encoder {
    pub column: Column,
    pub depths: Depths,
    compressor: Compressor,
    body: Vec<u8>,
    hashes: Vec<u64>,
}

impl Encoder {
    pub fn new() -> Encoder {
        Encoder {
            column: Column::default(),
            depths: Depths::default(),
            compressor: Compressor::new(),
            body: Vec::new(),
            hashes: Vec::new(),
        }
    }

    /// Appends the leaf's chunk to `out`; where it starts is for the caller to say.
    /// `behind_text`: the leaf holds the keys of the addresses of the text column encoded just before.
    pub fn encode(&mut self, leaf: &Leaf, window: &Window, behind_text: bool, out: &mut Vec<u8>) -> io::Result<Chunk> {
        if leaf.source == (Source::Id { slot: NO_SLOT }) {
            return Ok(self.hashes(window, out));
        }
        let memory: &[u8] = &window.rows.memory;
        let text = leaf.physical == Physical::Text;
        if !behind_text {
            collect(leaf, window, &mut self.depths, &mut self.column)?;
        }
        if matches!(leaf.source, Source::IpKey { .. }) {
            let Column {
                dictionary,
                spans,
                side,
                ..
            } = &mut self.column;
            if !behind_text {
                dictionary.number_texts(spans, Texts::new(memory, side));
            }
            keys::collect(memory, &mut self.column)?;
        }
        let range = bounds::number_range(&self.column.numbers);
        self.number(leaf, memory, range);
        let Column {
            ref defs,
            ref spans,
            ref dictionary,
            ..
        } = self.column;
        let (entries, values) = (defs.len(), self.column.values(text));
        let coded = !dictionary.entries.is_empty();
        let plain = text || leaf.physical == Physical::Boolean || values == 0;
        let encoding = match (coded, plain) {
            (true, _) => encoding::DICTIONARY,
            (_, true) => encoding::PLAIN,
            _ => encoding::DELTA,
        };
        let bounds = bounds::of(leaf, &self.column, memory, range);
        let mut pages = Pages {
            compressor: &mut self.compressor,
            out,
            bytes: 0,
            uncompressed: 0,
        };
        if coded {
            self.body.clear();
            put_entries(leaf.physical, &self.column, memory, &mut self.body);
            pages.put(
                Page::Dictionary {
                    entries: dictionary.entries.len(),
                },
                &self.body,
            )?;
        }
        let dictionary_bytes = pages.bytes;
        let (mut at, mut value) = (0, 0);
        while at < entries {
            let count = if text && !coded {
                page_entries(&self.column, leaf, at, value)
            } else {
                entries - at
            };
            let held = if count == entries {
                values
            } else {
                count_of(&defs[at..at + count], leaf.max_def)
            };
            self.body.clear();
            if leaf.max_rep > 0 {
                put_levels(&self.column.reps[at..at + count], leaf.max_rep, &mut self.body);
            }
            put_levels(&defs[at..at + count], leaf.max_def, &mut self.body);
            let range = value..value + held;
            if coded {
                put_indexes(&dictionary.indexes[range], dictionary.entries.len(), &mut self.body);
            } else if text {
                put_plain(
                    Texts::new(memory, &self.column.side),
                    spans[range].iter().copied(),
                    &mut self.body,
                );
            } else if held > 0 {
                put_numbers(leaf.physical, &self.column.numbers[range], &mut self.body);
            }
            pages.put(
                Page::Data {
                    entries: count,
                    encoding,
                },
                &self.body,
            )?;
            at += count;
            value += held;
        }
        let (min, max) = bounds.unzip();
        Ok(Chunk {
            start: 0,
            bytes: pages.bytes,
            uncompressed: pages.uncompressed,
            dictionary_bytes,
            encoding,
            entries,
            nulls: entries - values,
            absent: if leaf.max_rep > 0 {
                count_of(defs, 0)
            } else {
                entries - values
            },
            min,
            max,
        })
    }

    /// Fills the dictionary if it pays; address keys have that of their addresses already.
    fn number(&mut self, leaf: &Leaf, memory: &[u8], range: Option<(i64, i64)>) {
        let Column {
            dictionary,
            spans,
            numbers,
            side,
            ..
        } = &mut self.column;
        match leaf.physical {
            Physical::Boolean => {}
            Physical::Text => {
                let done = matches!(leaf.source, Source::IpKey { .. }) && !dictionary.entries.is_empty();
                if !done && !matches!(leaf.source, Source::Id { .. }) {
                    dictionary.number_texts(spans, Texts::new(memory, side));
                }
            }
            Physical::Int32 | Physical::Int64 => {
                let Some((min, max)) = range else { return };
                dictionary.number_numbers(numbers, min, max);
                let distinct = dictionary.entries.len();
                if distinct <= FEW_ENTRIES {
                    return;
                }
                let narrow = leaf.physical == Physical::Int32;
                // In eighths of a byte: the indexes' last one may be a part.
                let bits = numbers.len() * width_of(distinct as u32 - 1) as usize;
                let eighths = distinct * if narrow { 32 } else { 64 } + bits;
                if eighths > delta_bytes(numbers, narrow) as usize * 8 {
                    dictionary.clear();
                }
            }
        }
    }

    /// The ids of records that have none of their own.
    fn hashes(&mut self, window: &Window, out: &mut Vec<u8>) -> Chunk {
        self.hashes.clear();
        window.gather(&window.rows.hashes, &mut self.hashes);
        let start = out.len();
        let mut uncompressed = 0;
        for hashes in self.hashes.chunks(HASH_ROWS) {
            self.body.clear();
            let content = hash_frame(hashes, &mut self.body);
            let page = Page::Data {
                entries: hashes.len(),
                encoding: encoding::DELTA_LENGTH,
            };
            let header = out.len();
            put_header(&page, content, self.body.len(), out);
            uncompressed += out.len() - header + content;
            out.extend_from_slice(&self.body);
        }
        Chunk {
            start: 0,
            bytes: out.len() - start,
            uncompressed,
            dictionary_bytes: 0,
            encoding: encoding::DELTA_LENGTH,
            entries: window.len(),
            nulls: 0,
            absent: 0,
            min: None,
            max: None,
        }
    }
}

/// Pages that are put behind one another.
struct Pages<'a> {
    compressor: &'a mut Compressor,
    out: &'a mut Vec<u8>,
    bytes: usize,
    uncompressed: usize,
}

impl Pages<'_> {
    fn put(&mut self, page: Page, body: &[u8]) -> io::Result<()> {
        let packed = self.compressor.compress(body)?;
        let start = self.out.len();
        put_header(&page, body.len(), packed.len(), self.out);
        self.uncompressed += self.out.len() - start + body.len();
        self.out.extend_from_slice(packed);
        self.bytes += self.out.len() - start;
        Ok(())
    }
}

/// How many entries from `from` on make a page of text; a list is never cut.
fn page_entries(column: &Column, leaf: &Leaf, from: usize, mut value: usize) -> usize {
    let Column { defs, reps, spans, .. } = column;
    let mut bytes = 0;
    for (i, &def) in defs.iter().enumerate().skip(from) {
        if bytes >= PAGE_BYTES && (leaf.max_rep == 0 || reps[i] == 0) {
            return i - from;
        }
        if def == leaf.max_def {
            bytes += 4 + (spans[value] >> 32) as usize;
            value += 1;
        }
    }
    defs.len() - from
}

/// The dictionary page's values.
fn put_entries(physical: Physical, column: &Column, memory: &[u8], body: &mut Vec<u8>) {
    let entries = &column.dictionary.entries;
    match physical {
        Physical::Text => put_plain(Texts::new(memory, &column.side), entries.iter().map(|e| e.text), body),
        Physical::Int32 => body.extend(entries.iter().flat_map(|e| (e.number() as i32).to_le_bytes())),
        _ => body.extend(entries.iter().flat_map(|e| e.number().to_le_bytes())),
    }
}

fn put_numbers(physical: Physical, numbers: &[i64], body: &mut Vec<u8>) {
    if physical == Physical::Boolean {
        let byte = |bits: &[i64]| {
            bits.iter()
                .enumerate()
                .fold(0, |byte, (b, &n)| byte | u8::from(n != 0) << b)
        };
        body.extend(numbers.chunks(8).map(byte));
    } else {
        put_deltas(numbers, physical == Physical::Int32, body);
    }
}
