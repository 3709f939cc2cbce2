//! Objects into the arena, piece by piece, and through the reading of their framing.

use std::sync::Arc;

use super::fields::Fields;
use super::fingerprint::Secret;
use super::json::Json;
use super::progress::Progress;
use super::{Reason, Sink, State};
use crate::plan::{Format, Framing, Source};
use crate::rows::{Limits, Rows, piece_bytes};

pub(super) enum Reading {
    Json(Box<Json>),
    Fields(Box<Fields>),
}

/// `begin`, then `tail` and `scan` (or `write`) for each piece of an object, then `end`.
pub struct Scanner {
    pub format: Arc<Format>,
    pub rows: Rows,
    pub(super) reading: Reading,
    pub(super) progress: Progress,
    /// The secret of the batch, and the order of fields that fingerprints are made for.
    pub(super) key: Option<[u8; 16]>,
    pub(super) order: String,
    /// Order of the object's fields when it has no header; whether the order is known.
    pub(super) asked: Option<Vec<String>>,
    pub(super) ordered: bool,
    /// The rest of a line that is longer than the arena is passed over.
    pub(super) skip_line: bool,
    /// Where the bytes in the arena end, and up to where they are scanned.
    pub(super) fill: usize,
    pub(super) scanned: usize,
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
        let mut rows = Rows::new(format.slot_count, limits);
        for leaf in format.columns.iter().flat_map(|column| &column.leaves) {
            if let Source::Text { slots, .. } | Source::IpKey { slots } = &leaf.source {
                slots.iter().for_each(|&slot| rows.want_places(slot));
            }
        }
        let reading = match &format.framing {
            Framing::Json => Reading::Json(Box::new(Json::new(&format))),
            Framing::Fields { absent, .. } => {
                Reading::Fields(Box::new(Fields::new(format.slot_count, format.unmapped_slot, *absent)))
            }
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

    /// Room for a piece of up to so many bytes (at most `piece_bytes`) in the arena, so that it can be inflated in place.
    /// May hand rows over to make it.
    pub fn tail(&mut self, bytes: usize, sink: &mut dyn Sink) -> &mut [u8] {
        let bytes = bytes.min(piece_bytes(self.rows.arena));
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
            let (piece, behind) = rest.split_at(rest.len().min(piece_bytes(self.rows.arena)));
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
        self.settle();
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

    pub(super) fn hand_rejects(&mut self, sink: &mut dyn Sink) {
        if !self.progress.rejects.is_empty() {
            self.handed = true;
            sink.rejects(&self.format, std::mem::take(&mut self.progress.rejects));
        }
    }

    /// The text in the arena has changed or moved.
    pub(super) fn forget(&mut self) {
        match &mut self.reading {
            Reading::Json(json) => json.item.at.stops.forget(),
            Reading::Fields(fields) => fields.forget(),
        }
    }

    /// Scans as far as the bytes in the arena go.
    pub(super) fn advance(&mut self, last: bool, sink: &mut dyn Sink) {
        self.forget();
        self.read_all(last, sink);
        self.settle();
    }

    /// Puts the rows at hand where others look for them.
    fn settle(&mut self) {
        match &mut self.reading {
            Reading::Json(json) => json.item.draft.settle(&mut self.rows),
            Reading::Fields(fields) => fields.draft.settle(&mut self.rows),
        }
    }

    fn read_all(&mut self, last: bool, sink: &mut dyn Sink) {
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
}
