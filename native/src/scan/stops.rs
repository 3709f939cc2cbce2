//! Where strings may end: every quote, backslash and control character of the text, found many bytes at a time.
//!
//! Text is looked over once, a window ahead of the scanner. A string then ends at the next stop in a list, which the
//! processor can fetch before it knows where the last string ended.

use super::blocks::{self, Collect};

/// Bytes looked over at a time; their list stays in the nearest cache.
const WINDOW: usize = 8192;
/// Entries that may be written or read past the last stop.
const PADDING: usize = blocks::BLOCK;
const NONE: u32 = u32::MAX;
pub(super) struct Stops {
    /// Stops in order, then `NONE`.
    list: Box<[u32]>,
    /// The stop that was given last.
    i: usize,
    /// The window.
    base: usize,
    limit: usize,
    collect: Collect,
}

impl Stops {
    pub fn new() -> Stops {
        Stops {
            list: vec![NONE; WINDOW + PADDING].into(),
            i: 0,
            base: 0,
            limit: 0,
            collect: blocks::stops(),
        }
    }

    /// Forgets the window: the text has changed.
    #[inline]
    pub fn forget(&mut self) {
        self.base = 0;
        self.limit = 0;
        self.i = 0;
        self.list[..4].fill(NONE);
    }

    #[inline(always)]
    fn entry(&self, i: usize) -> u32 {
        debug_assert!(i < self.list.len());
        // SAFETY: `i` stays at most two behind the first `NONE`, which `PADDING` allows for.
        unsafe { *self.list.get_unchecked(i) }
    }

    /// The first stop behind `p`, which is before `end`; `end` when there is none.
    #[inline(always)]
    pub fn after(&mut self, memory: &[u8], p: usize, end: usize) -> usize {
        // Mostly `p` is an opening quote, and the stop given last was the closing quote before it.
        if self.entry(self.i + 1) as usize == p {
            let stop = self.entry(self.i + 2);
            if stop != NONE {
                self.i += 2;
                return stop as usize;
            }
        }
        self.seek(memory, p, end)
    }

    #[inline(never)]
    fn seek(&mut self, memory: &[u8], p: usize, end: usize) -> usize {
        if p < self.base || p >= self.limit {
            self.look(memory, p, end);
        }
        while self.i > 0 && self.list[self.i - 1] as usize > p {
            self.i -= 1;
        }
        loop {
            while self.list[self.i] as usize <= p {
                self.i += 1;
            }
            if self.list[self.i] != NONE {
                return self.list[self.i] as usize;
            }
            if self.limit >= end {
                // Nothing was given: the text may go on when it is asked for again.
                self.i = self.i.saturating_sub(1);
                return end;
            }
            self.look(memory, self.limit, end);
        }
    }

    /// Moves the window to `from`.
    fn look(&mut self, memory: &[u8], from: usize, end: usize) {
        let len = (end - from).min(WINDOW);
        let count = (self.collect)(&memory[from..], len, from as u32, &mut self.list);
        self.list[count..count + 4].fill(NONE);
        self.base = from;
        self.limit = from + len;
        self.i = 0;
    }
}
