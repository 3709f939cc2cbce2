//! Raw text of one log type into rows, one object after another: the `Scanner` of `src/front/scanner.ts`, and what
//! `src/front/wasm/assembly` has of it.

pub mod addresses;
mod blocks;
mod cursor;
mod draft;
mod envelope;
mod fields;
mod fingerprint;
mod header;
mod item;
mod json;
mod line;
mod lists;
pub mod numbers;
mod pass;
mod progress;
mod resume;
mod scalars;
mod scanner;
mod stops;
pub mod text;
pub mod times;
mod tree;
mod unmapped;
mod values;
mod wrapper;

#[cfg(test)]
mod fields_tests;
#[cfg(test)]
mod json_tests;
#[cfg(test)]
mod scanner_tests;
#[cfg(test)]
mod testing;

use crate::plan::Format;
use crate::rows::Rows;
pub use scanner::Scanner;

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

/// Why scanning stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// All is read.
    Done,
    /// More of the object is wanted, to go on from where scanning stopped.
    More,
    RowsFull,
    RejectsFull,
    /// At what may be a header line.
    Header,
}
