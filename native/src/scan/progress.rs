//! How far an object has been read: its records, its rejects, and what is noted of each row.

use xxhash_rust::xxh64::xxh64;

use super::fingerprint::Secret;
use super::{Reason, Reject};
use crate::rows::{Rows, Span};

/// Longest raw text that a reject keeps, bytes.
const REJECT_RAW_BYTES: usize = 65_536;
/// Rejects are handed over by so many.
const REJECTS: usize = 256;
/// Spark's.
const SEED: u64 = 42;

#[derive(Default)]
pub(super) struct Progress {
    /// The object, and the number of its record under way, from 1.
    pub object: u32,
    pub record: u32,
    pub rejects: Vec<Reject>,
    /// Rejects of the object, those that were handed over included.
    pub rejected: u32,
    pub secret: Option<Secret>,
}

impl Progress {
    pub fn is_full(&self) -> bool {
        self.rejects.len() >= REJECTS
    }

    /// Rejects the record under way, which is `raw`.
    #[cold]
    pub fn reject(&mut self, code: u8, raw: &[u8]) {
        self.reject_for(self.record, Reason::Code(code), raw);
    }

    #[cold]
    pub fn reject_for(&mut self, row: u32, reason: Reason, raw: &[u8]) {
        let raw = String::from_utf8_lossy(&raw[..raw.len().min(REJECT_RAW_BYTES)]).into_owned();
        self.rejects.push(Reject { row, reason, raw });
        self.rejected += 1;
    }

    /// Makes the next row of the values that were put into it: a record of this raw text and, maybe, id.
    #[inline(always)]
    pub fn keep_row(&self, rows: &mut Rows, time: i64, raw: Span, id: Option<Span>) {
        let row = rows.count;
        rows.times[row] = time;
        rows.hashes[row] = xxh64(rows.text(id.unwrap_or(raw)), SEED);
        if let Some(secret) = &self.secret {
            rows.prints[row] = secret.print(rows.text(raw));
        }
        rows.objects[row] = self.object;
        rows.source_rows[row] = self.record;
        rows.count = row + 1;
    }
}
