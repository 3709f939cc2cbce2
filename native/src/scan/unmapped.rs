//! Fields of a record that no column holds, noted while it is read and written as one JSON object behind it.

use crate::rows::{Rows, Span};

/// Most of them, with the brackets around them.
const MOST: usize = 8192;

#[derive(Clone, Copy)]
enum Op {
    Field { key: Span, value: Span },
    Open { key: Span },
    Close,
}

pub(super) struct Unmapped {
    ops: Vec<Op>,
    /// Keys of the structs around the value under way, and how many of them are opened here.
    path: Vec<Span>,
    opened: usize,
}

/// There are more than `MOST`.
pub(super) struct TooMany;

impl Unmapped {
    pub fn new(depth: usize) -> Unmapped {
        Unmapped {
            ops: Vec::new(),
            path: vec![Span::default(); depth + 1],
            opened: 0,
        }
    }

    pub fn clear(&mut self) {
        self.ops.clear();
        self.opened = 0;
    }

    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    #[inline(always)]
    pub fn enter(&mut self, depth: usize, key: Span) {
        self.path[depth] = key;
    }

    #[inline(always)]
    pub fn leave(&mut self, depth: usize) -> Result<(), TooMany> {
        if self.opened <= depth {
            return Ok(());
        }
        self.opened = depth;
        self.push(Op::Close)
    }

    /// Keeps a value that no column holds, at its path.
    pub fn keep(&mut self, depth: usize, key: Span, value: Span) -> Result<(), TooMany> {
        while self.opened < depth {
            let key = self.path[self.opened];
            self.opened += 1;
            self.push(Op::Open { key })?;
        }
        self.push(Op::Field { key, value })
    }

    fn push(&mut self, op: Op) -> Result<(), TooMany> {
        if self.ops.len() >= MOST {
            return Err(TooMany);
        }
        self.ops.push(op);
        Ok(())
    }

    /// Writes them all to the side.
    pub fn write(&self, rows: &mut Rows) -> Span {
        let start = rows.side;
        put(rows, b'{');
        for op in &self.ops {
            if matches!(op, Op::Close) {
                put(rows, b'}');
                continue;
            }
            if rows.memory[rows.side - 1] != b'{' {
                put(rows, b',');
            }
            match *op {
                Op::Field { key, value } => {
                    copy(rows, key);
                    put(rows, b':');
                    copy(rows, value);
                }
                Op::Open { key } => {
                    copy(rows, key);
                    put(rows, b':');
                    put(rows, b'{');
                }
                Op::Close => {}
            }
        }
        put(rows, b'}');
        Span {
            at: start as u32,
            len: (rows.side - start) as u32,
        }
    }
}

/// Puts a byte at the side.
#[inline(always)]
pub(super) fn put(rows: &mut Rows, c: u8) {
    rows.ensure(1);
    rows.memory[rows.side] = c;
    rows.side += 1;
}

/// Copies a text to the side.
#[inline(always)]
fn copy(rows: &mut Rows, text: Span) {
    let (at, len) = (text.at as usize, text.len as usize);
    rows.ensure(len);
    rows.memory.copy_within(at..at + len, rows.side);
    rows.side += len;
}

/// Writes what `write` makes of a text to the side; it needs `room` bytes at most.
pub(super) fn rewrite(
    rows: &mut Rows,
    from: usize,
    to: usize,
    room: usize,
    write: fn(&[u8], &mut [u8]) -> usize,
) -> Span {
    rows.ensure(room);
    let at = rows.side;
    let (before, behind) = rows.memory.split_at_mut(at);
    let len = write(&before[from..to], &mut behind[..room]);
    rows.side = at + len;
    Span {
        at: at as u32,
        len: len as u32,
    }
}
