//! The leaf column under way: its levels and values.

use std::io;

use super::dictionary::Dictionary;
use super::texts::Texts;
use crate::rows::SLACK;

/// Scratch that stays from one column to the next.
#[derive(Default)]
pub struct Column {
    /// Levels of definition, one for each entry.
    pub defs: Vec<u8>,
    /// Levels of repetition, where the column has any.
    pub reps: Vec<u8>,
    /// Texts, packed; places from the end of the rows' memory on are in `side`.
    pub spans: Vec<u64>,
    pub numbers: Vec<i64>,
    /// Texts that are not in the rows' memory; those of the objects first.
    pub side: Vec<u8>,
    /// How much of the side is of the objects.
    pub kept: usize,
    pub dictionary: Dictionary,
}

impl Column {
    /// Makes the column empty.
    pub fn begin(&mut self) {
        self.defs.clear();
        self.reps.clear();
        self.spans.clear();
        self.numbers.clear();
        self.side.truncate(self.kept);
        self.dictionary.clear();
    }

    pub fn values(&self, text: bool) -> usize {
        if text { self.spans.len() } else { self.numbers.len() }
    }

    /// Puts a text to the side; its packed place.
    pub fn put_side(&mut self, memory: usize, text: &[u8]) -> io::Result<u64> {
        let at = memory + self.side.len();
        if at + text.len() + SLACK > u32::MAX as usize {
            return Err(io::Error::other("the texts of a column take more than 4 GiB of memory"));
        }
        self.side.extend_from_slice(text);
        Ok((text.len() as u64) << 32 | at as u64)
    }

    /// Ends collecting texts: makes sure that they are where they are said to be.
    pub fn close_texts(&mut self, memory: &[u8]) -> io::Result<()> {
        self.side.resize(self.side.len() + SLACK, 0);
        if Texts::new(memory, &self.side).hold(&self.spans) {
            return Ok(());
        }
        Err(io::Error::other("a text lies outside of the memory of its rows"))
    }
}
