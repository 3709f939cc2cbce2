//! Checked reading of JSON values: RFC 8259's grammar, nesting up to 512.

use super::stops::Stops;
use super::text::{hex4, is_space};

/// Why reading stopped; numbers of `src/front/reasons.ts`.
pub(super) const NONE: u8 = 0;
/// The input ends inside a value.
pub(super) const EOF: u8 = 1;
pub(super) const SYNTAX: u8 = 2;
pub(super) const DEPTH: u8 = 3;

const MAX_DEPTH: usize = 512;

#[inline(always)]
pub(super) fn byte(memory: &[u8], at: usize) -> u8 {
    debug_assert!(at < memory.len());
    // SAFETY: the scanners look at bytes before `end`, and at most one behind it; memory goes on for `SLACK` there.
    unsafe { *memory.get_unchecked(at) }
}

/// A place in the text, and what was met on the way to it.
pub(super) struct Cursor {
    pub pos: usize,
    pub end: usize,
    pub err: u8,
    /// The string that was read last held a backslash.
    pub escaped: bool,
    /// White space was seen between tokens.
    pub spaced: bool,
    /// A `\u` escape of a surrogate was seen: a pair, or half of one, which is no text.
    pub surrogate: bool,
    pub stops: Stops,
    /// Brackets around the value under way.
    stack: Box<[u8; MAX_DEPTH]>,
}

impl Cursor {
    pub fn new() -> Cursor {
        Cursor {
            pos: 0,
            end: 0,
            err: NONE,
            escaped: false,
            spaced: false,
            surrogate: false,
            stops: Stops::new(),
            stack: Box::new([0; MAX_DEPTH]),
        }
    }

    pub fn clear_seen(&mut self) {
        self.spaced = false;
        self.surrogate = false;
    }

    #[cold]
    pub fn fail(&mut self) -> bool {
        self.err = if self.pos >= self.end { EOF } else { SYNTAX };
        false
    }

    #[cold]
    pub(super) fn stop(&mut self, pos: usize, err: u8) -> bool {
        self.pos = pos;
        self.err = err;
        false
    }

    /// What is at `pos`; 0 at the end, which no grammar allows anywhere.
    #[inline(always)]
    pub fn peek(&self, memory: &[u8]) -> u8 {
        if self.pos < self.end { byte(memory, self.pos) } else { 0 }
    }

    #[inline(always)]
    pub fn skip_space(&mut self, memory: &[u8]) {
        if self.pos < self.end && byte(memory, self.pos) > b' ' {
            return;
        }
        self.skip_spaces(memory);
    }

    fn skip_spaces(&mut self, memory: &[u8]) {
        let from = self.pos;
        while self.pos < self.end && is_space(byte(memory, self.pos)) {
            self.pos += 1;
        }
        self.spaced |= self.pos != from;
    }

    /// At an opening quote: moves behind the closing one.
    #[inline(always)]
    pub fn skip_string(&mut self, memory: &[u8]) -> bool {
        let stop = self.stops.after(memory, self.pos, self.end);
        self.escaped = false;
        if byte(memory, stop) == b'"' && stop < self.end {
            self.pos = stop + 1;
            return true;
        }
        self.skip_odd_string(memory, stop)
    }

    #[inline(never)]
    fn skip_odd_string(&mut self, memory: &[u8], mut stop: usize) -> bool {
        let end = self.end;
        loop {
            if stop >= end {
                return self.stop(end, EOF);
            }
            match byte(memory, stop) {
                b'"' => {
                    self.pos = stop + 1;
                    return true;
                }
                b'\\' => self.escaped = true,
                _ => return self.stop(stop, SYNTAX),
            }
            if stop + 1 >= end {
                return self.stop(end, EOF);
            }
            let next = match byte(memory, stop + 1) {
                b'u' => {
                    if stop + 6 > end {
                        return self.stop(end, EOF);
                    }
                    let Some(unit) = hex4(&memory[stop + 2..stop + 6]) else {
                        return self.stop(stop, SYNTAX);
                    };
                    self.surrogate |= unit & 0xf800 == 0xd800;
                    stop + 6
                }
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => stop + 2,
                _ => return self.stop(stop, SYNTAX),
            };
            // At or behind `next`, that is.
            stop = self.stops.after(memory, next - 1, end);
        }
    }

    /// At a key's quote: moves behind the colon.
    #[inline(always)]
    pub fn skip_key(&mut self, memory: &[u8]) -> bool {
        self.skip_space(memory);
        if self.peek(memory) != b'"' {
            return self.fail();
        }
        if !self.skip_string(memory) {
            return false;
        }
        self.skip_space(memory);
        if self.peek(memory) != b':' {
            return self.fail();
        }
        self.pos += 1;
        true
    }

    /// At a value (white space before it allowed): checks it and moves behind it.
    #[inline(always)]
    pub fn skip_value(&mut self, memory: &[u8]) -> bool {
        self.err = NONE;
        self.skip_space(memory);
        if self.pos >= self.end {
            return self.fail();
        }
        match byte(memory, self.pos) {
            b'{' | b'[' => self.skip_nested(memory),
            c => self.skip_scalar(memory, c),
        }
    }

    #[inline(never)]
    fn skip_nested(&mut self, memory: &[u8]) -> bool {
        let mut depth = 0;
        loop {
            self.skip_space(memory);
            if self.pos >= self.end {
                return self.fail();
            }
            let c = byte(memory, self.pos);
            if c == b'{' || c == b'[' {
                self.pos += 1;
                self.skip_space(memory);
                if self.pos >= self.end {
                    return self.fail();
                }
                // The brackets of each kind are two apart.
                if byte(memory, self.pos) == c + 2 {
                    self.pos += 1;
                } else {
                    if depth == MAX_DEPTH {
                        return self.stop(self.pos, DEPTH);
                    }
                    self.stack[depth] = c;
                    depth += 1;
                    if c == b'{' && !self.skip_key(memory) {
                        return false;
                    }
                    continue;
                }
            } else if !self.skip_scalar(memory, c) {
                return false;
            }
            // Behind a value: close what ends here, or go on to the next one.
            loop {
                if depth == 0 {
                    return true;
                }
                self.skip_space(memory);
                if self.pos >= self.end {
                    return self.fail();
                }
                let open = self.stack[depth - 1];
                let d = byte(memory, self.pos);
                if d == open + 2 {
                    self.pos += 1;
                    depth -= 1;
                    continue;
                }
                if d != b',' {
                    return self.fail();
                }
                self.pos += 1;
                if open == b'{' && !self.skip_key(memory) {
                    return false;
                }
                break;
            }
        }
    }

    /// Moves behind the object or array at `from` by its brackets alone, which may nest as deep as they like.
    /// False when it does not close before `bound`.
    pub fn skip_balanced(&mut self, memory: &[u8], from: usize, bound: usize) -> bool {
        let mut depth = 0usize;
        let mut p = from;
        while p < bound {
            match byte(memory, p) {
                b'"' => {
                    self.pos = p;
                    if !self.skip_string(memory) {
                        return false;
                    }
                    p = self.pos;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.wrapping_sub(1);
                    if depth == 0 {
                        self.pos = p + 1;
                        return true;
                    }
                }
                _ => {}
            }
            p += 1;
        }
        self.err = EOF;
        false
    }
}
