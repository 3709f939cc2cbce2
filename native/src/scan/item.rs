//! One record of JSON into a row, driven by the plan's keys.

use super::cursor::{Cursor, DEPTH, NONE, SYNTAX, byte};
use super::numbers::is_integer;
use super::progress::Progress;
use super::text::{compact_to, is_space, unescape_to};
use super::times::{epoch_time, iso_time};
use super::tree::{ROOT, Tree, UNKNOWN, flag, kind};
use super::unmapped::{Unmapped, rewrite};
use crate::plan::{Format, NO_SLOT};
use crate::rows::{NO_TIME, Rows, Span};

/// Numbers of `src/front/reasons.ts`.
pub(super) const NOT_OBJECT: u8 = 4;
pub(super) const NO_TIME_FIELD: u8 = 5;
pub(super) const BAD_TIME: u8 = 7;

/// Most envelopes around a record.
const MAX_ENVELOPES: u32 = 8;

/// What became of a member of an object.
enum Member {
    Read,
    /// The object's rest was read with it, or is for another to read.
    Last,
    Bad,
}

/// What reading an item takes, and what is known of it so far.
pub(super) struct Item {
    pub at: Cursor,
    pub tree: Tree,
    unmapped: Unmapped,
    unmapped_slot: u32,
    id_slot: u32,
    row: usize,
    time: i64,
    time_seen: bool,
    /// The object has proved to be a wrapper: the place is behind the bracket that opens its records.
    pub wrapped: bool,
    /// Envelopes around what is being read.
    inside: u32,
    /// Why the text in an envelope is no record; `NONE`: it is one.
    broken: u8,
    /// The value that was just checked, without white space between tokens.
    value: Span,
    /// The stops of an envelope's text, while the others wait.
    spare: super::stops::Stops,
}

fn span(from: usize, to: usize) -> Span {
    Span {
        at: from as u32,
        len: (to - from) as u32,
    }
}

impl Item {
    pub fn new(format: &Format) -> Item {
        let tree = Tree::new(&format.root);
        Item {
            at: Cursor::new(),
            unmapped: Unmapped::new(tree.depth),
            tree,
            unmapped_slot: format.unmapped_slot,
            id_slot: format.id_slot,
            row: 0,
            time: NO_TIME,
            time_seen: false,
            wrapped: false,
            inside: 0,
            broken: NONE,
            value: Span::default(),
            spare: super::stops::Stops::new(),
        }
    }

    /// Before an item.
    pub fn clear(&mut self, row: usize) {
        self.row = row;
        self.at.err = NONE;
        self.wrapped = false;
        self.inside = 0;
        self.broken = NONE;
    }

    /// At `{`: reads a record. It is kept or rejected by `finish`, unless it proves to be a wrapper.
    pub fn read(&mut self, rows: &mut Rows) -> bool {
        self.clear_row(rows);
        self.object(rows, ROOT, 0)
    }

    /// Keeps or rejects the record that was read from `from` on.
    pub fn finish(&mut self, rows: &mut Rows, progress: &mut Progress, from: usize) {
        let raw = span(from, self.at.pos);
        if self.broken != NONE {
            return progress.reject(self.broken, rows.text(raw));
        }
        if self.time == NO_TIME {
            let code = if self.time_seen { BAD_TIME } else { NO_TIME_FIELD };
            return progress.reject(code, rows.text(raw));
        }
        let has_id = self.id_slot != NO_SLOT && rows.has(self.row, self.id_slot);
        let id = has_id.then(|| rows.span(self.row, self.id_slot));
        if !self.unmapped.is_empty() {
            let text = self.unmapped.write(rows);
            rows.fill(self.row, self.unmapped_slot, text);
        }
        progress.keep_row(rows, self.time, raw, id);
    }

    fn clear_row(&mut self, rows: &mut Rows) {
        rows.start_row(self.row);
        self.unmapped.clear();
        self.time = NO_TIME;
        self.time_seen = false;
    }

    fn take_value(&mut self, rows: &mut Rows, from: usize) {
        let to = self.at.pos;
        self.value = if self.at.spaced || self.at.surrogate {
            rewrite(rows, from, to, to - from, compact_to)
        } else {
            span(from, to)
        };
    }

    /// Checks the value at hand and takes it as JSON.
    #[inline(always)]
    fn take_json(&mut self, rows: &mut Rows) -> bool {
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
    fn take_text(&mut self, rows: &mut Rows) -> bool {
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

    fn fits(&self, rows: &Rows, is: u8, quoted: bool) -> bool {
        let text = rows.text(self.value);
        match is {
            kind::INT => is_integer(text, 32),
            kind::LONG => is_integer(text, 64),
            kind::DOUBLE => !quoted && matches!(text.first(), Some(b'-' | b'0'..=b'9')),
            kind::TIME => quoted && iso_time(text) != NO_TIME,
            _ => matches!(text, b"true" | b"false"),
        }
    }

    /// Whether every element of the list at `from`, which was checked, is an object of known keys, each once, with text
    /// or null.
    fn is_plain_list(&mut self, rows: &Rows, node: u32, from: usize) -> bool {
        let back = self.at.pos;
        self.at.pos = from + 1;
        let plain = self.are_plain_elements(&rows.memory, node);
        self.at.pos = back;
        plain
    }

    fn are_plain_elements(&mut self, memory: &[u8], node: u32) -> bool {
        let at = &mut self.at;
        loop {
            at.skip_space(memory);
            match at.peek(memory) {
                b',' => at.pos += 1,
                b']' => return true,
                b'{' => {
                    at.pos += 1;
                    let mut seen = 0u64;
                    loop {
                        at.skip_space(memory);
                        match at.peek(memory) {
                            b',' => {
                                at.pos += 1;
                                continue;
                            }
                            b'}' => {
                                at.pos += 1;
                                break;
                            }
                            _ => {}
                        }
                        let name = at.pos + 1;
                        if !at.skip_string(memory) || at.escaped {
                            return false;
                        }
                        let Some((i, _)) = self.tree.find(node, memory, name, at.pos - name - 1) else {
                            return false;
                        };
                        let bit = 1u64 << (i & 63);
                        if seen & bit != 0 {
                            return false;
                        }
                        seen |= bit;
                        at.skip_space(memory);
                        at.pos += 1;
                        at.skip_space(memory);
                        if !matches!(at.peek(memory), b'"' | b'n') || !at.skip_value(memory) {
                            return false;
                        }
                    }
                }
                _ => return false,
            }
        }
    }

    /// Skips what is left of an object, from behind a value on.
    fn skip_rest(&mut self, memory: &[u8]) -> bool {
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
    fn envelope(&mut self, rows: &mut Rows, side_before: usize) -> Option<bool> {
        if self.inside == MAX_ENVELOPES {
            return None;
        }
        match byte(&rows.memory, self.at.pos) {
            b'{' => {
                rows.side = side_before;
                self.clear_row(rows);
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
        self.clear_row(rows);
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
            self.clear_row(rows);
        }
        self.at.end = end;
        self.at.pos = after;
        Some(true)
    }

    /// At `{`: reads the object's fields into the row. Stops early when it proves to be a wrapper.
    fn object(&mut self, rows: &mut Rows, node: u32, depth: usize) -> bool {
        let side_before = rows.side;
        self.at.pos += 1;
        self.at.skip_space(&rows.memory);
        if self.at.pos >= self.at.end {
            return self.at.fail();
        }
        if byte(&rows.memory, self.at.pos) == b'}' {
            self.at.pos += 1;
            return true;
        }
        loop {
            self.at.skip_space(&rows.memory);
            if self.at.peek(&rows.memory) != b'"' {
                return self.at.fail();
            }
            let quote = self.at.pos;
            if !self.at.skip_string(&rows.memory) {
                return false;
            }
            let mut spelled = span(quote, self.at.pos);
            let mut name = span(quote + 1, self.at.pos - 1);
            if self.at.escaped {
                let to = self.at.pos;
                name = rewrite(rows, quote + 1, to - 1, to - quote, unescape_to);
                spelled = rewrite(rows, quote, to, to - quote, compact_to);
            }
            self.at.skip_space(&rows.memory);
            if self.at.peek(&rows.memory) != b':' {
                return self.at.fail();
            }
            self.at.pos += 1;
            self.at.skip_space(&rows.memory);
            if self.at.pos >= self.at.end {
                return self.at.fail();
            }
            match self.member(rows, node, depth, side_before, name, spelled) {
                Member::Read => {}
                Member::Last => return true,
                Member::Bad => return false,
            }
            self.at.skip_space(&rows.memory);
            match self.at.peek(&rows.memory) {
                b',' => self.at.pos += 1,
                b'}' => {
                    self.at.pos += 1;
                    return true;
                }
                _ => return self.at.fail(),
            }
        }
    }

    /// At the value of a key: takes it.
    #[inline(always)]
    fn member(
        &mut self,
        rows: &mut Rows,
        node: u32,
        depth: usize,
        side_before: usize,
        name: Span,
        spelled: Span,
    ) -> Member {
        let from = self.at.pos;
        let found = self.tree.find(node, &rows.memory, name.at as usize, name.len as usize);
        let known = found.is_some();
        let (_, key) = found.unwrap_or((0, UNKNOWN));
        let slot = key.slot;
        let c = byte(&rows.memory, from);
        let mut held = false;
        if key.kind >= kind::CONTAINER && !self.time_seen {
            if key.kind == kind::CONTAINER && c == b'[' && self.inside == 0 {
                self.at.pos = from + 1;
                self.wrapped = true;
                return Member::Last;
            }
            if key.kind == kind::ENVELOPE
                && let Some(good) = self.envelope(rows, side_before)
            {
                return if good && self.skip_rest(&rows.memory) {
                    Member::Last
                } else {
                    Member::Bad
                };
            }
        }
        if known && key.kind < kind::CONTAINER && c == b'n' {
            if !self.at.skip_value(&rows.memory) {
                return Member::Bad;
            }
            held = true;
        } else if slot != NO_SLOT && rows.has(self.row, slot) {
            // The same key again: the first value has the column.
            if !self.take_json(rows) {
                return Member::Bad;
            }
        } else if key.kind == kind::STRUCT && c == b'{' {
            rows.fill(self.row, slot, span(from, from));
            self.unmapped.enter(depth, spelled);
            if !self.object(rows, key.child, depth + 1) {
                return Member::Bad;
            }
            if self.unmapped.leave(depth).is_err() {
                self.at.err = DEPTH;
                return Member::Bad;
            }
            held = true;
        } else if key.kind == kind::LIST && c == b'[' {
            if !self.take_json(rows) {
                return Member::Bad;
            }
            rows.fill(self.row, slot, self.value);
            held = self.is_plain_list(rows, key.child, from);
        } else if known && key.kind <= kind::TIME && key.kind != kind::JSON {
            if !self.take_text(rows) {
                return Member::Bad;
            }
            let quoted = c == b'"';
            held = key.kind == kind::TEXT || self.fits(rows, key.kind, quoted);
            if held && slot != NO_SLOT {
                rows.fill(self.row, slot, self.value);
            }
            if key.flags != 0 && !self.time_seen {
                self.time_seen = true;
                let text = rows.text(self.value);
                self.time = match key.flags & flag::ISO != 0 {
                    true if quoted => iso_time(text),
                    true => NO_TIME,
                    false => epoch_time(text),
                };
            }
            if !held {
                self.at.pos = from;
                if !self.take_json(rows) {
                    return Member::Bad;
                }
            }
        } else {
            if !self.take_json(rows) {
                return Member::Bad;
            }
            if known && key.kind == kind::JSON {
                rows.fill(self.row, slot, self.value);
                held = true;
            }
        }
        if !held && self.unmapped.keep(depth, spelled, self.value).is_err() {
            self.at.err = DEPTH;
            return Member::Bad;
        }
        Member::Read
    }
}
