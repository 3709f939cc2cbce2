//! Records inside other objects, or inside a text of theirs.

use super::cursor::{DEPTH, SYNTAX, byte};
use super::item::Item;
use super::text::{is_space, unescape_to};
use super::tree::ROOT;
use super::unmapped::rewrite;
use crate::rows::Rows;

/// Most envelopes around a record.
const MAX_ENVELOPES: u32 = 8;

impl Item {
    /// Skips what is left of an object, from behind a value on.
    pub(super) fn skip_rest(&mut self, memory: &[u8]) -> bool {
        loop {
            self.at.skip_space(memory);
            match self.at.peek(memory) {
                b'}' => {
                    self.at.pos += 1;
                    return true;
                }
                b',' => self.at.pos += 1,
                _ => return self.at.fail(),
            }
            if !self.at.skip_key(memory) || !self.at.skip_value(memory) {
                return false;
            }
        }
    }

    /// At an envelope's value: reads the record inside it. None: it is no envelope; else whether it was read.
    #[cold]
    pub(super) fn envelope(&mut self, rows: &mut Rows, side_before: usize) -> Option<bool> {
        if self.inside == MAX_ENVELOPES {
            return None;
        }
        match byte(&rows.memory, self.at.pos) {
            b'{' => {
                rows.side = side_before;
                self.clear_row();
                self.inside += 1;
                let good = self.object(rows, ROOT, 0);
                self.inside -= 1;
                return Some(good);
            }
            b'"' => {}
            _ => return None,
        }
        let from = self.at.pos;
        if !self.at.skip_string(&rows.memory) {
            return Some(false);
        }
        let (after, end) = (self.at.pos, self.at.end);
        let mut p = from + 1;
        while p < after && is_space(byte(&rows.memory, p)) {
            p += 1;
        }
        if byte(&rows.memory, p) != b'{' {
            self.at.pos = from;
            return None;
        }
        rows.side = side_before;
        self.clear_row();
        let text = rewrite(rows, from + 1, after - 1, after - from, unescape_to);
        self.at.pos = text.at as usize;
        self.at.end = (text.at + text.len) as usize;
        self.at.skip_space(&rows.memory);
        // What is around the first envelope is looked over once; text is not looked for in a window of other text.
        if self.inside == 0 {
            std::mem::swap(&mut self.at.stops, &mut self.spare);
        }
        self.at.stops.forget();
        self.inside += 1;
        let mut good = self.object(rows, ROOT, 0);
        self.inside -= 1;
        if good {
            self.at.skip_space(&rows.memory);
            if self.at.pos < self.at.end {
                good = self.at.fail();
            }
        }
        if self.inside == 0 {
            std::mem::swap(&mut self.at.stops, &mut self.spare);
        } else {
            self.at.stops.forget();
        }
        if !good {
            // More input would not mend it, and the records behind it are none the worse.
            self.broken = if self.at.err == DEPTH { DEPTH } else { SYNTAX };
            self.clear_row();
        }
        self.at.end = end;
        self.at.pos = after;
        Some(true)
    }
}
