//! Rows as they are read, one behind the other; from time to time they are turned into columns.
//!
//! Columns are far apart in memory: a value at a time, each would wait for its own line of it.

use crate::rows::{Rows, Span};

/// Rows that are turned at once. Their values stay in the nearest cache until then.
const ROWS: usize = 32;

pub(super) struct Draft {
    /// Of each row, whether the value of each slot is there (1 or 0), and the values; `stride` of them.
    presents: Vec<u8>,
    values: Vec<u64>,
    stride: usize,
    /// The row that is being read, and where its values begin.
    at: usize,
    from: usize,
}

impl Draft {
    pub fn new(slots: usize) -> Draft {
        let stride = slots.next_multiple_of(8);
        Draft {
            presents: vec![0; ROWS * stride],
            values: vec![0; ROWS * stride],
            stride,
            at: 0,
            from: 0,
        }
    }

    /// Forgets what the row under way has.
    #[inline(always)]
    pub fn clear_row(&mut self) {
        self.presents[self.from..self.from + self.stride].fill(0);
    }

    #[inline(always)]
    fn place(&self, slot: u32) -> usize {
        assert!((slot as usize) < self.stride);
        self.from + slot as usize
    }
    #[inline(always)]
    pub fn has(&self, slot: u32) -> bool {
        self.presents[self.place(slot)] != 0
    }
    #[inline(always)]
    pub fn span(&self, slot: u32) -> Span {
        Span::unpack(self.values[self.place(slot)])
    }
    #[inline(always)]
    pub fn fill(&mut self, slot: u32, span: Span) {
        self.fill_word(slot, span.pack());
    }
    #[inline(always)]
    pub fn fill_number(&mut self, slot: u32, number: i64) {
        self.fill_word(slot, number as u64);
    }
    #[inline(always)]
    fn fill_word(&mut self, slot: u32, word: u64) {
        let place = self.place(slot);
        self.presents[place] = 1;
        self.values[place] = word;
    }

    /// Keeps the row under way: it is one of `rows` already.
    #[inline(always)]
    pub fn keep_row(&mut self, rows: &mut Rows) {
        self.at += 1;
        self.from += self.stride;
        if self.at == ROWS {
            self.settle(rows);
        }
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.at = 0;
        self.from = 0;
    }

    /// Puts the values of the rows that were kept where others look for them.
    #[inline(never)]
    pub fn settle(&mut self, rows: &mut Rows) {
        if self.at > 0 {
            rows.put_rows(rows.count - self.at, self.at, self.stride, &self.presents, &self.values);
        }
        self.clear();
    }
}
