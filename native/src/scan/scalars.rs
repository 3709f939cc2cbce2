//! Numbers, words and texts among JSON values.

use super::cursor::{Cursor, EOF, SYNTAX, byte};

impl Cursor {
    fn digits(&self, memory: &[u8], mut p: usize) -> usize {
        while p < self.end && byte(memory, p).is_ascii_digit() {
            p += 1;
        }
        p
    }

    fn skip_number(&mut self, memory: &[u8]) -> bool {
        let first = self.pos + usize::from(byte(memory, self.pos) == b'-');
        let mut p = self.digits(memory, first);
        if p == first || (byte(memory, first) == b'0' && p > first + 1) {
            self.pos = p;
            return self.fail();
        }
        if p < self.end && byte(memory, p) == b'.' {
            let from = p + 1;
            p = self.digits(memory, from);
            if p == from {
                self.pos = p;
                return self.fail();
            }
        }
        if p < self.end && byte(memory, p) | 0x20 == b'e' {
            p += 1;
            if p < self.end && matches!(byte(memory, p), b'+' | b'-') {
                p += 1;
            }
            let from = p;
            p = self.digits(memory, from);
            if p == from {
                self.pos = p;
                return self.fail();
            }
        }
        self.pos = p;
        true
    }

    #[inline(always)]
    fn skip_word(&mut self, memory: &[u8], word: &[u8]) -> bool {
        if self.pos + word.len() > self.end {
            return self.stop(self.end, EOF);
        }
        if memory[self.pos..self.pos + word.len()] != *word {
            return self.stop(self.pos, SYNTAX);
        }
        self.pos += word.len();
        true
    }

    #[inline(always)]
    pub(super) fn skip_scalar(&mut self, memory: &[u8], c: u8) -> bool {
        match c {
            b'"' => self.skip_string(memory),
            b'-' | b'0'..=b'9' => self.skip_number(memory),
            b't' => self.skip_word(memory, b"true"),
            b'f' => self.skip_word(memory, b"false"),
            b'n' => self.skip_word(memory, b"null"),
            _ => self.stop(self.pos, SYNTAX),
        }
    }
}
