//! Raw text of one log type into rows, one object after another: the `Scanner` of `src/front/scanner.ts`, and what
//! `src/front/wasm/assembly` has of it.

pub mod addresses;
pub mod numbers;
pub mod text;
pub mod times;

use std::sync::Arc;

use crate::plan::Format;
use crate::rows::{Limits, Rows};

/// A record that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Within the object, from 1; 0 for the object as a whole.
    pub row: u32,
    pub reason: Reason,
    /// At most 65,536 bytes of it.
    pub raw: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// By its number in `src/front/reasons.ts`.
    Code(u8),
    Text(String),
}

/// Who takes what a scanner has read.
pub trait Sink {
    /// The rows are forgotten afterwards.
    fn rows(&mut self, format: &Format, rows: &Rows);
    /// Rejects of the object under way.
    fn rejects(&mut self, format: &Format, rejects: Vec<Reject>);
}

/// `begin`, then `tail` and `scan` (or `write`) for each piece of an object, then `end`.
pub struct Scanner {
    pub format: Arc<Format>,
    pub rows: Rows,
}

impl Scanner {
    pub fn new(_format: Arc<Format>, _limits: Limits) -> Scanner {
        todo!()
    }
    /// The secret of a batch: rows get fingerprints from now on. None: they do not.
    pub fn set_key(&mut self, _key: Option<[u8; 16]>) {
        todo!()
    }
    /// Starts an object of the batch; `tokens`: the order of its fields when it has no header.
    pub fn begin(&mut self, _object: u32, _tokens: Option<&[String]>) {
        todo!()
    }
    /// Most bytes that one piece may have.
    pub fn piece_bytes(&self) -> usize {
        todo!()
    }
    /// Room for a piece of up to so many bytes (at most `piece_bytes`) in the arena, so that it can be inflated in place. May hand rows over to make it.
    pub fn tail(&mut self, _bytes: usize, _sink: &mut dyn Sink) -> &mut [u8] {
        todo!()
    }
    /// Scans what was put into the tail: `len` bytes of valid UTF-8 that start `skip` bytes behind its start.
    pub fn scan(&mut self, _skip: usize, _len: usize, _last: bool, _sink: &mut dyn Sink) {
        todo!()
    }
    /// Copies a text of any length into the arena and scans it.
    pub fn write(&mut self, _text: &[u8], _last: bool, _sink: &mut dyn Sink) {
        todo!()
    }
    /// Rejects the object as a whole, or what is left of it.
    pub fn reject_object(&mut self, _reason: String) {
        todo!()
    }
    /// Ends the object: hands its last rejects over; answers its rows (those handed over included) and its rejects.
    pub fn end(&mut self, _sink: &mut dyn Sink) -> (u32, u32) {
        todo!()
    }
    /// Forgets the object under way as if it had never begun; false, and nothing is done, when some of its rows or rejects were handed over already.
    pub fn undo(&mut self) -> bool {
        todo!()
    }
    /// Hands the rows over and forgets them; bytes not yet scanned stay.
    pub fn flush(&mut self, _sink: &mut dyn Sink) {
        todo!()
    }
}
