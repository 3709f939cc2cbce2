//! One record of JSON into a row, driven by the plan's keys.

use super::cursor::{Cursor, DEPTH, NONE, byte};
use super::draft::Draft;
use super::progress::Progress;
use super::stops::Stops;
use super::text::{compact_to, unescape_to};
use super::times::{epoch_time, iso_time};
use super::tree::{ROOT, Tree, UNKNOWN, kind};
use super::unmapped::{Unmapped, rewrite};
use crate::plan::{Format, NO_SLOT, flag};
use crate::rows::{NO_TIME, Rows, Span};

/// Numbers of `src/front/reasons.ts`.
pub(super) const NOT_OBJECT: u8 = 4;
pub(super) const NO_TIME_FIELD: u8 = 5;
pub(super) const BAD_TIME: u8 = 7;

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
    pub draft: Draft,
    time: i64,
    time_seen: bool,
    /// The object has proved to be a wrapper: the place is behind the bracket that opens its records.
    pub wrapped: bool,
    /// Envelopes around what is being read.
    pub(super) inside: u32,
    /// Why the text in an envelope is no record; `NONE`: it is one.
    pub(super) broken: u8,
    /// The value that was just checked, without white space between tokens.
    pub(super) value: Span,
    /// The stops of an envelope's text, while the others wait.
    pub(super) spare: Stops,
}

pub(super) fn span(from: usize, to: usize) -> Span {
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
            draft: Draft::new(format.slot_count),
            time: NO_TIME,
            time_seen: false,
            wrapped: false,
            inside: 0,
            broken: NONE,
            value: Span::default(),
            spare: Stops::new(),
        }
    }

    /// Before an item.
    pub fn clear(&mut self) {
        self.at.err = NONE;
        self.wrapped = false;
        self.inside = 0;
        self.broken = NONE;
    }

    /// At `{`: reads a record. It is kept or rejected by `finish`, unless it proves to be a wrapper.
    pub fn read(&mut self, rows: &mut Rows) -> bool {
        self.clear_row();
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
        let has_id = self.id_slot != NO_SLOT && self.draft.has(self.id_slot);
        let id = has_id.then(|| self.draft.span(self.id_slot));
        if !self.unmapped.is_empty() {
            let text = self.unmapped.write(rows);
            self.draft.fill(self.unmapped_slot, text);
        }
        progress.keep_row(rows, self.time, raw, id);
        self.draft.keep_row(rows);
    }

    pub(super) fn clear_row(&mut self) {
        self.draft.clear_row();
        self.unmapped.clear();
        self.time = NO_TIME;
        self.time_seen = false;
    }

    /// At `{`: reads the object's fields into the row. Stops early when it proves to be a wrapper.
    pub(super) fn object(&mut self, rows: &mut Rows, node: u32, depth: usize) -> bool {
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
        let key = found.unwrap_or(UNKNOWN);
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
        } else if slot != NO_SLOT && self.draft.has(slot) {
            // The same key again: the first value has the column.
            if !self.take_json(rows) {
                return Member::Bad;
            }
        } else if key.kind == kind::STRUCT && c == b'{' {
            self.draft.fill(slot, span(from, from));
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
            self.draft.fill(slot, self.value);
            held = self.is_plain_list(rows, key.child, from);
        } else if known && key.kind <= kind::TIME && key.kind != kind::JSON {
            if !self.take_text(rows) {
                return Member::Bad;
            }
            let quoted = c == b'"';
            held = key.kind == kind::TEXT || self.fits(rows, key.kind, quoted);
            if held && slot != NO_SLOT {
                self.draft.fill(slot, self.value);
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
                self.draft.fill(slot, self.value);
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
