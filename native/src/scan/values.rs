//! Values of a record, as its row takes them.

use super::cursor::byte;
use super::item::{Item, span};
use super::numbers::is_integer;
use super::text::{compact_to, unescape_to};
use super::times::iso_time;
use super::tree::kind;
use super::unmapped::rewrite;
use crate::rows::{NO_TIME, Rows};

impl Item {
    pub(super) fn take_value(&mut self, rows: &mut Rows, from: usize) {
        let to = self.at.pos;
        self.value = if self.at.spaced || self.at.surrogate {
            rewrite(rows, from, to, to - from, compact_to)
        } else {
            span(from, to)
        };
    }

    /// Checks the value at hand and takes it as JSON.
    #[inline(always)]
    pub(super) fn take_json(&mut self, rows: &mut Rows) -> bool {
        let from = self.at.pos;
        self.at.clear_seen();
        if !self.at.skip_value(&rows.memory) {
            return false;
        }
        self.take_value(rows, from);
        true
    }

    /// Text of a string value, else JSON text. False on an error.
    #[inline(always)]
    pub(super) fn take_text(&mut self, rows: &mut Rows) -> bool {
        let from = self.at.pos;
        if byte(&rows.memory, from) != b'"' {
            return self.take_json(rows);
        }
        if !self.at.skip_string(&rows.memory) {
            return false;
        }
        let to = self.at.pos;
        self.value = if self.at.escaped {
            rewrite(rows, from + 1, to - 1, to - from, unescape_to)
        } else {
            span(from + 1, to - 1)
        };
        true
    }

    pub(super) fn fits(&self, rows: &Rows, is: u8, quoted: bool) -> bool {
        let text = rows.text(self.value);
        match is {
            kind::INT => is_integer(text, 32),
            kind::LONG => is_integer(text, 64),
            kind::DOUBLE => !quoted && matches!(text.first(), Some(b'-' | b'0'..=b'9')),
            kind::TIME => quoted && iso_time(text) != NO_TIME,
            _ => matches!(text, b"true" | b"false"),
        }
    }
}
