//! Objects into the arena, piece by piece, and through the reading of their framing.

use std::sync::Arc;

use super::fields::Fields;
use super::fingerprint::Secret;
use super::json::Json;
use super::progress::Progress;
use super::{Reason, Sink, State, header};
use crate::plan::{Format, Framing};
use crate::rows::{Limits, Rows};

enum Reading {
    Json(Box<Json>),
    Fields(Box<Fields>),
}

/// `begin`, then `tail` and `scan` (or `write`) for each piece of an object, then `end`.
pub struct Scanner {
    pub format: Arc<Format>,
    pub rows: Rows,
    reading: Reading,
    progress: Progress,
    /// The secret of the batch, and the order of fields that fingerprints are made for.
    key: Option<[u8; 16]>,
    order: String,
    /// Order of the object's fields when it has no header; whether the order is known.
    asked: Option<Vec<String>>,
    ordered: bool,
    /// The rest of a line that is longer than the arena is passed over.
    skip_line: bool,
    /// Where the bytes in the arena end, and up to where they are scanned.
    fill: usize,
    scanned: usize,
    /// Rows that the object under way has given to others; rows of other objects at hand.
    object_rows: u32,
    rows_before: usize,
    /// Where the object under way began, and whether anybody has seen any of it.
    fill_before: usize,
    side_before: usize,
    handed: bool,
}

impl Scanner {
    pub fn new(format: Arc<Format>, limits: Limits) -> Scanner {
        let rows = Rows::new(format.slot_count, limits);
        let reading = match &format.framing {
            Framing::Json => Reading::Json(Box::new(Json::new(&format))),
            Framing::Fields { absent, .. } => Reading::Fields(Box::new(Fields::new(format.unmapped_slot, *absent))),
        };
        Scanner {
            side_before: rows.side,
            format,
            rows,
            reading,
            progress: Progress::default(),
            key: None,
            order: String::new(),
            asked: None,
            ordered: false,
            skip_line: false,
            fill: 0,
            scanned: 0,
            object_rows: 0,
            rows_before: 0,
            fill_before: 0,
            handed: false,
        }
    }

    /// The secret of a batch: rows get fingerprints from now on. None: they do not.
    pub fn set_key(&mut self, key: Option<[u8; 16]>) {
        self.key = key;
        self.progress.secret = key.map(|key| Secret::new(&key, &self.format.id, &self.order));
    }

    /// Starts an object of the batch; `tokens`: the order of its fields when it has no header.
    pub fn begin(&mut self, object: u32, tokens: Option<&[String]>) {
        self.progress.object = object;
        self.progress.record = 0;
        self.progress.rejects.clear();
        self.progress.rejected = 0;
        self.object_rows = 0;
        self.rows_before = self.rows.count;
        self.side_before = self.rows.side;
        self.handed = false;
        self.skip_line = false;
        self.scanned = self.fill;
        self.fill_before = self.fill;
        match &mut self.reading {
            Reading::Json(json) => json.begin(),
            Reading::Fields(_) => {
                self.asked = tokens.map(<[String]>::to_vec);
                self.ordered = false;
            }
        }
    }

    /// Most bytes that one piece may have.
    pub fn piece_bytes(&self) -> usize {
        (self.rows.arena / 4).max(1)
    }

    /// Room for a piece of up to so many bytes (at most `piece_bytes`) in the arena, so that it can be inflated in place.
    /// May hand rows over to make it.
    pub fn tail(&mut self, bytes: usize, sink: &mut dyn Sink) -> &mut [u8] {
        let bytes = bytes.min(self.piece_bytes());
        if self.fill + bytes > self.rows.arena {
            self.flush(sink);
        }
        while self.fill + bytes > self.rows.arena {
            self.abandon(sink);
        }
        &mut self.rows.memory[self.fill..self.fill + bytes]
    }

    /// Scans what was put into the tail: `len` bytes of valid UTF-8 that start `skip` bytes behind its start.
    pub fn scan(&mut self, skip: usize, len: usize, last: bool, sink: &mut dyn Sink) {
        if self.scanned == self.fill {
            self.scanned += skip;
            self.fill += skip;
        } else if skip > 0 {
            self.rows
                .memory
                .copy_within(self.fill + skip..self.fill + skip + len, self.fill);
        }
        self.fill += len;
        self.advance(last, sink);
    }

    /// Copies a text of any length into the arena and scans it.
    pub fn write(&mut self, text: &[u8], last: bool, sink: &mut dyn Sink) {
        let mut rest = text;
        loop {
            let (piece, behind) = rest.split_at(rest.len().min(self.piece_bytes()));
            rest = behind;
            self.tail(piece.len(), sink).copy_from_slice(piece);
            self.scan(0, piece.len(), last && rest.is_empty(), sink);
            if rest.is_empty() {
                return;
            }
        }
    }

    /// Rejects the object as a whole, or what is left of it.
    pub fn reject_object(&mut self, reason: String) {
        self.progress.reject_for(0, Reason::Text(reason), b"");
    }

    /// Ends the object: hands its last rejects over; answers its rows (those handed over included) and its rejects.
    pub fn end(&mut self, sink: &mut dyn Sink) -> (u32, u32) {
        self.hand_rejects(sink);
        self.scanned = self.fill;
        let rows = self.object_rows + (self.rows.count - self.rows_before) as u32;
        self.object_rows = 0;
        self.rows_before = self.rows.count;
        (rows, std::mem::take(&mut self.progress.rejected))
    }

    /// Forgets the object under way as if it had never begun; false, and nothing is done, when some of its rows or rejects
    /// were handed over already.
    pub fn undo(&mut self) -> bool {
        if self.handed {
            return false;
        }
        self.rows.truncate(self.rows_before, self.side_before);
        self.progress.rejects.clear();
        self.progress.rejected = 0;
        self.object_rows = 0;
        self.fill = self.fill_before;
        self.scanned = self.fill;
        true
    }

    /// Hands the rows over and forgets them; bytes not yet scanned stay.
    pub fn flush(&mut self, sink: &mut dyn Sink) {
        if self.rows.count > 0 {
            sink.rows(&self.format, &self.rows);
        }
        let own = self.rows.count - self.rows_before;
        self.object_rows += own as u32;
        self.handed |= own > 0;
        self.rows_before = 0;
        self.rows.clear();
        self.side_before = self.rows.side;
        self.fill_before = 0;
        self.rows.memory.copy_within(self.scanned..self.fill, 0);
        self.fill -= self.scanned;
        self.scanned = 0;
        self.forget();
    }

    fn hand_rejects(&mut self, sink: &mut dyn Sink) {
        if !self.progress.rejects.is_empty() {
            self.handed = true;
            sink.rejects(&self.format, std::mem::take(&mut self.progress.rejects));
        }
    }

    /// The text in the arena has changed or moved.
    fn forget(&mut self) {
        match &mut self.reading {
            Reading::Json(json) => json.item.at.stops.forget(),
            Reading::Fields(fields) => fields.forget(),
        }
    }

    /// A record longer than the arena: what is there of it is rejected, and reading goes on behind it.
    #[cold]
    fn abandon(&mut self, sink: &mut dyn Sink) {
        let record = self.progress.record.wrapping_add(1);
        let reason = format!("a record longer than {} bytes", self.rows.arena * 3 / 4);
        self.progress
            .reject_for(record, Reason::Text(reason), &self.rows.memory[self.scanned..self.fill]);
        self.progress.record = record;
        match &mut self.reading {
            Reading::Fields(_) => self.skip_line = true,
            Reading::Json(json) => {
                if json.pass_record() {
                    self.advance(false, sink);
                    self.flush(sink);
                    return;
                }
                json.abandon();
            }
        }
        // A line that starts with the next piece is known by the newline before it.
        let ends = self.fill > self.scanned && self.rows.memory[self.fill - 1] == b'\n';
        self.rows.memory[0] = b'\n';
        self.fill = usize::from(ends);
        self.scanned = 0;
        self.forget();
        if self.progress.is_full() {
            self.hand_rejects(sink);
        }
    }

    /// Scans as far as the bytes in the arena go.
    fn advance(&mut self, last: bool, sink: &mut dyn Sink) {
        self.forget();
        loop {
            if self.skip_line && !self.skip_to_next_line() {
                return;
            }
            if !self.ordered && !self.read_order(last) {
                return;
            }
            let state = match &mut self.reading {
                Reading::Json(json) => {
                    json.item.at.pos = self.scanned;
                    json.item.at.end = self.fill;
                    let state = json.scan(&mut self.rows, &mut self.progress, last);
                    self.scanned = json.item.at.pos;
                    state
                }
                Reading::Fields(fields) => {
                    fields.pos = self.scanned;
                    fields.end = self.fill;
                    let state = fields.scan(&mut self.rows, &mut self.progress, last);
                    self.scanned = fields.pos;
                    state
                }
            };
            if self.progress.is_full() {
                self.hand_rejects(sink);
            }
            match state {
                State::Done => {
                    self.scanned = self.fill;
                    return;
                }
                State::More => return,
                State::RowsFull => self.flush(sink),
                State::RejectsFull => {}
                State::Header => {
                    if !self.take_header()
                        && let Reading::Fields(fields) = &mut self.reading
                    {
                        fields.deny_header();
                    }
                }
            }
        }
    }

    fn skip_to_next_line(&mut self) -> bool {
        let found = memchr::memchr(b'\n', &self.rows.memory[self.scanned..self.fill]);
        self.scanned = found.map_or(self.fill, |at| self.scanned + at + 1);
        self.skip_line = found.is_none();
        found.is_some()
    }

    /// Reads the first line as a header, or takes the order asked for. False: the line is not complete yet.
    fn read_order(&mut self, last: bool) -> bool {
        let Framing::Fields { order, .. } = &self.format.framing else {
            return true;
        };
        if !last && memchr::memchr(b'\n', &self.rows.memory[self.scanned..self.fill]).is_none() {
            return false;
        }
        let order = self.asked.as_ref().unwrap_or(order).clone();
        if !self.take_header() {
            self.configure(&order);
        }
        true
    }

    /// Takes the line at hand for a header and moves behind it, if it names mostly fields of the format.
    fn take_header(&mut self) -> bool {
        let bytes = &self.rows.memory[self.scanned..self.fill];
        let newline = memchr::memchr(b'\n', bytes);
        let len = newline.unwrap_or(bytes.len());
        let Some(names) = header::names(&self.format, &bytes[..len]) else {
            return false;
        };
        self.scanned += len + usize::from(newline.is_some());
        self.configure(&names);
        true
    }

    fn configure(&mut self, names: &[String]) {
        self.ordered = true;
        // Equal lines in another order of fields are not equal records.
        let order = names.join(" ");
        if order != self.order {
            self.order = order;
            self.set_key(self.key);
        }
        if let Reading::Fields(fields) = &mut self.reading {
            fields.configure(&self.format, names);
        }
    }
}
