//! Where lines and the fields of a line end: every blank and newline of the text, found many bytes at a time.

use super::blocks::{self, Collect};
use super::cursor::byte;
use super::times::iso_time;
use crate::rows::NO_TIME;

/// Most fields of a line.
pub(super) const MAX_FIELDS: usize = 128;
/// Bytes looked over at a time; their list stays in the nearest cache.
const WINDOW: usize = 8192;
const NONE: u32 = u32::MAX;

/// A line without its end.
pub(super) struct Line {
    /// Behind its last byte that is neither a blank nor a carriage return.
    pub stop: usize,
    /// Where the next line starts.
    pub next: usize,
    /// How many fields it has.
    pub count: usize,
}

pub(super) struct Breaks {
    /// Breaks of the window in order, then `NONE`.
    list: Box<[u32]>,
    count: usize,
    /// The first break that no line has yet.
    i: usize,
    base: usize,
    limit: usize,
    collect: Collect,
    /// Where the fields of the line start, and where one behind the last would.
    starts: [u32; MAX_FIELDS + 2],
}

impl Breaks {
    pub fn new() -> Breaks {
        Breaks {
            list: vec![NONE; WINDOW + blocks::BLOCK + 1].into(),
            count: 0,
            i: 0,
            base: 0,
            limit: 0,
            collect: blocks::breaks(),
            starts: [0; MAX_FIELDS + 2],
        }
    }

    /// Forgets the window: the text has changed.
    pub fn forget(&mut self) {
        self.base = 0;
        self.limit = 0;
        self.i = 0;
        self.count = 0;
        self.list[0] = NONE;
    }

    /// Goes to `pos`, where a line starts.
    pub fn seek(&mut self, pos: usize) {
        if pos < self.base || pos > self.limit {
            self.forget();
            self.limit = pos;
            self.base = pos;
        }
        self.i = self.list[..self.count].partition_point(|&at| (at as usize) < pos);
    }

    /// Moves the window to where it ends; false when it ends with the text.
    #[inline(never)]
    fn look(&mut self, memory: &[u8], end: usize) -> bool {
        if self.limit >= end {
            return false;
        }
        self.base = self.limit;
        let len = (end - self.base).min(WINDOW);
        self.count = (self.collect)(&memory[self.base..], len, self.base as u32, &mut self.list);
        self.list[self.count] = NONE;
        self.limit = self.base + len;
        self.i = 0;
        true
    }

    /// The line that starts at `from`. None: it is not complete yet.
    #[inline(always)]
    pub fn line(&mut self, memory: &[u8], from: usize, end: usize, last: bool) -> Option<Line> {
        self.starts[0] = from as u32;
        let mut count = 1;
        let at = loop {
            let at = self.list[self.i];
            if at == NONE {
                if self.look(memory, end) {
                    continue;
                }
                if !last {
                    return None;
                }
                break end;
            }
            self.i += 1;
            if byte(memory, at as usize) == b'\n' {
                break at as usize;
            }
            if count < MAX_FIELDS {
                self.starts[count] = at + 1;
            }
            count += 1;
        };
        let mut stop = at;
        while stop > from && matches!(byte(memory, stop - 1), b' ' | b'\r') {
            stop -= 1;
            count -= usize::from(byte(memory, stop) == b' ');
        }
        if count <= MAX_FIELDS {
            self.starts[count] = stop as u32 + 1;
        }
        Some(Line {
            stop,
            next: (at + 1).min(end),
            count,
        })
    }

    #[inline(always)]
    pub fn start(&self, i: usize) -> usize {
        self.starts[i] as usize
    }

    /// The place and the length of a field.
    #[inline(always)]
    pub fn field(&self, i: usize) -> (usize, usize) {
        let at = self.starts[i];
        (at as usize, (self.starts[i + 1] - 1 - at) as usize)
    }

    /// Whether the first field reads like an ISO timestamp with its T: what CloudWatch puts before a message.
    #[cold]
    pub fn starts_with_stamp(&self, memory: &[u8]) -> bool {
        let (at, len) = self.field(0);
        let text = &memory[at..at + len];
        len >= 19 && text[10] == b'T' && iso_time(text) != NO_TIME
    }
}
