//! Rows that a scanner has read: their values, and the memory that the texts among them lie in.

use crate::interner::Interner;
use crate::plan::Format;

/// Bytes that may be read past the end of any text in the memory.
pub const SLACK: usize = 64;
/// No time was found.
pub const NO_TIME: i64 = i64::MIN;

/// A text in `Rows::memory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub at: u32,
    pub len: u32,
}

impl Span {
    /// As one word: the length above the place.
    #[inline(always)]
    pub fn pack(self) -> u64 {
        u64::from(self.len) << 32 | u64::from(self.at)
    }
    #[inline(always)]
    pub fn unpack(word: u64) -> Span {
        Span {
            at: word as u32,
            len: (word >> 32) as u32,
        }
    }
}

/// What a scanner may hold. Bytes.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Raw bytes between two flushes.
    pub arena: usize,
    /// What the rows' tables of values may take beside them.
    pub slots: usize,
}

/// Most bytes that are scanned at once, of an arena of so many.
pub fn piece_bytes(arena: usize) -> usize {
    (arena / 4).max(1)
}

/// What a value of a row takes: a word, and whether it is there.
const SLOT_BYTES: usize = 9;

/// Eight marks at once.
fn eight(marks: &[u8], at: usize) -> u64 {
    marks[at..].first_chunk().map_or(0, |eight| u64::from_le_bytes(*eight))
}

/// Rows by number, values by slot. Memory: the arena (raw bytes), `SLACK`, the side (text that had to be written anew).
pub struct Rows {
    pub memory: Vec<u8>,
    /// How large the memory is, unless a record needs more.
    usual: usize,
    pub arena: usize,
    /// Where the side starts, and where it ends now.
    pub side_start: usize,
    pub side: usize,
    /// Rows are handed over when the side has grown to here.
    pub side_cap: usize,
    pub count: usize,
    pub cap: usize,
    slot_count: usize,
    values: Vec<u64>,
    presents: Vec<u8>,
    used: Vec<bool>,
    /// Rows below this may have had values put into them.
    touched: usize,
    pub times: Vec<i64>,
    /// Of the id, or of the raw text when there is none.
    pub hashes: Vec<u64>,
    /// Keyed, of the raw text; only while a batch looks for copies.
    pub prints: Vec<[u64; 2]>,
    /// The object of the batch, and the number of the record in it, from 1.
    pub objects: Vec<u32>,
    pub source_rows: Vec<u32>,
    interner: Interner,
}

impl Rows {
    pub fn new(slot_count: usize, limits: Limits) -> Rows {
        let cap = (limits.slots / (slot_count.max(1) * SLOT_BYTES)).clamp(64, 1 << 19);
        let side_start = limits.arena + SLACK;
        let side_cap = side_start + limits.arena * 2;
        let usual = side_cap + (1 << 20) + SLACK;
        Rows {
            // Zeroed memory that nobody touches costs nothing.
            memory: vec![0; usual],
            usual,
            arena: limits.arena,
            side_start,
            side: side_start,
            side_cap,
            count: 0,
            cap,
            slot_count,
            values: vec![0; slot_count * cap],
            presents: vec![0; slot_count * (cap + 1)],
            used: vec![false; slot_count],
            touched: 0,
            times: vec![0; cap],
            hashes: vec![0; cap],
            prints: vec![[0; 2]; cap],
            objects: vec![0; cap],
            source_rows: vec![0; cap],
            interner: Interner::new(slot_count),
        }
    }

    pub fn is_full(&self) -> bool {
        self.count >= self.cap || self.side >= self.side_cap
    }

    #[inline(always)]
    pub fn text(&self, span: Span) -> &[u8] {
        &self.memory[span.at as usize..span.at as usize + span.len as usize]
    }

    /// Whether the slot's value of each row is there, 1 or 0; rows that were handed over or never read have none.
    pub fn presents(&self, slot: u32) -> &[u8] {
        let from = slot as usize * (self.cap + 1);
        &self.presents[from..from + self.cap + 1]
    }
    /// The slot's values by row: packed spans, or whole numbers.
    pub fn values(&self, slot: u32) -> &[u64] {
        let from = slot as usize * self.cap;
        &self.values[from..from + self.cap]
    }
    /// Whether any row may have a value in the slot.
    pub fn is_used(&self, slot: u32) -> bool {
        self.used[slot as usize]
    }

    #[inline(always)]
    pub fn has(&self, row: usize, slot: u32) -> bool {
        self.presents[slot as usize * (self.cap + 1) + row] != 0
    }
    #[inline(always)]
    pub fn span(&self, row: usize, slot: u32) -> Span {
        Span::unpack(self.values[slot as usize * self.cap + row])
    }
    #[inline(always)]
    pub fn number(&self, row: usize, slot: u32) -> i64 {
        self.values[slot as usize * self.cap + row] as i64
    }
    /// The slots of a row that have values, and these as text.
    pub fn values_of(&self, format: &Format, row: usize) -> impl Iterator<Item = (u32, Vec<u8>)> {
        let slots = (0..self.slot_count as u32).filter(move |&slot| self.has(row, slot));
        slots.map(move |slot| match format.is_number(slot) {
            true => (slot, self.number(row, slot).to_string().into_bytes()),
            false => (slot, self.text(self.span(row, slot)).to_vec()),
        })
    }
    #[inline(always)]
    pub fn fill(&mut self, row: usize, slot: u32, span: Span) {
        self.put_value(row, slot, span.pack());
    }
    #[inline(always)]
    pub fn fill_number(&mut self, row: usize, slot: u32, number: i64) {
        self.put_value(row, slot, number as u64);
    }
    #[inline(always)]
    fn put_value(&mut self, row: usize, slot: u32, word: u64) {
        let slot = slot as usize;
        self.values[slot * self.cap + row] = word;
        self.presents[slot * (self.cap + 1) + row] = 1;
        self.used[slot] = true;
        self.touched = self.touched.max(row + 1);
    }

    /// Puts the values of `count` rows from `row` on, which have none yet: of each row, `stride` marks of what is there
    /// (1 or 0) and as many values, by slot.
    pub fn put_rows(&mut self, row: usize, count: usize, stride: usize, presents: &[u8], values: &[u64]) {
        self.touched = self.touched.max(row + count);
        for first in (0..self.slot_count).step_by(8) {
            let mut there = 0;
            for row in 0..count {
                there |= eight(presents, row * stride + first);
            }
            for slot in (first..self.slot_count.min(first + 8)).filter(|slot| there >> ((slot - first) * 8) & 1 != 0) {
                self.used[slot] = true;
                let from = slot * (self.cap + 1) + row;
                let marks = presents[slot..].iter().step_by(stride);
                for (to, mark) in self.presents[from..from + count].iter_mut().zip(marks) {
                    *to = *mark;
                }
                let from = slot * self.cap + row;
                let words = values[slot..].iter().step_by(stride);
                let column = &mut self.values[from..from + count];
                for (to, word) in column.iter_mut().zip(words) {
                    *to = *word;
                }
                if self.interner.is_active(slot) {
                    let from = slot * (self.cap + 1) + row;
                    let marks = &self.presents[from..from + count];
                    self.interner.replace(slot, &self.memory, marks, column);
                }
            }
        }
    }

    /// Has equal texts of the slot, and of others that are wanted, put at one place.
    pub fn want_places(&mut self, slot: u32) {
        self.interner.want(slot);
    }
    /// Whether equal texts of the slot are at one place.
    pub fn has_places(&self, slot: u32) -> bool {
        self.interner.is_active(slot as usize)
    }

    /// Forgets all rows and the side.
    pub fn clear(&mut self) {
        self.truncate(0, self.side_start);
        self.used.fill(false);
        self.interner.clear();
        // What one large record took is not kept for those after it.
        self.memory.truncate(self.usual);
        self.memory.shrink_to_fit();
    }

    /// Forgets the rows from `count` on and what the side holds from `side` on.
    pub fn truncate(&mut self, count: usize, side: usize) {
        for slot in 0..self.slot_count {
            if self.used[slot] && self.touched > count {
                let from = slot * (self.cap + 1);
                self.presents[from + count..from + self.touched].fill(0);
            }
        }
        if self.touched > count {
            self.interner.spoil();
        }
        self.touched = self.touched.min(count);
        self.count = count;
        self.side = side;
    }

    /// Makes room for so many more bytes at the side.
    #[inline(always)]
    pub fn ensure(&mut self, bytes: usize) {
        if self.side + bytes + SLACK > self.memory.len() {
            self.grow(bytes);
        }
    }
    #[cold]
    fn grow(&mut self, bytes: usize) {
        let need = self.side + bytes + SLACK;
        assert!(need <= u32::MAX as usize, "a record takes more than 4 GiB of memory");
        self.memory.resize((need + need / 4).min(u32::MAX as usize), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Rows {
        let mut rows = Rows::new(1, Limits { arena: 4096, slots: 1 });
        rows.want_places(0);
        rows
    }

    #[test]
    fn what_a_large_record_took_is_given_back() {
        let mut rows = rows();
        let usual = rows.memory.len();
        rows.ensure(1 << 24);
        assert!(rows.memory.len() > 1 << 24);
        rows.clear();
        assert_eq!(rows.memory.len(), usual);
        assert!(rows.memory.capacity() < 2 * usual);
    }

    #[test]
    fn places_hold_until_rows_that_have_them_are_taken_back() {
        let mut rows = rows();
        rows.put_rows(0, 1, 8, &[1, 0, 0, 0, 0, 0, 0, 0], &[0; 8]);
        rows.truncate(1, rows.side_start);
        assert!(rows.has_places(0));
        rows.truncate(0, rows.side_start);
        assert!(!rows.has_places(0));
    }
}
