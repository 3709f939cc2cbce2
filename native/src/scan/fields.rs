//! Lines of fields between single blanks, such as VPC Flow Logs in plain text.

use super::State;
use super::cursor::byte;
use super::draft::Draft;
use super::item::{BAD_TIME, NO_TIME_FIELD};
use super::line::{Breaks, MAX_FIELDS};
use super::numbers::{few_digits, integer, is_integer};
use super::progress::Progress;
use super::text::{json_string_room, json_string_to};
use super::times::{epoch_micros, epoch_time, iso_time};
use super::tree::{kind, word};
use super::unmapped::{put, rewrite};
use crate::plan::{Format, NO_SLOT, flag};
use crate::rows::{NO_TIME, Rows, Span};

/// Numbers of `src/front/reasons.ts`.
const FIELD_COUNT: u8 = 6;
const NOT_NUMBER: u8 = 8;

/// What a line's place holds.
struct Token {
    slot: u32,
    kind: u8,
    flags: u8,
    /// As a JSON string with its colon.
    name: Vec<u8>,
}

pub(super) struct Fields {
    pub pos: usize,
    pub end: usize,
    tokens: Vec<Token>,
    absent: u8,
    unmapped_slot: u32,
    /// The line at hand has been looked at, and is no header.
    denied: bool,
    breaks: Breaks,
    pub draft: Draft,
}

impl Fields {
    pub fn new(slots: usize, unmapped_slot: u32, absent: u8) -> Fields {
        Fields {
            pos: 0,
            end: 0,
            tokens: Vec::new(),
            absent,
            unmapped_slot,
            denied: false,
            breaks: Breaks::new(),
            draft: Draft::new(slots),
        }
    }

    /// Says what the places of a line hold.
    pub fn configure(&mut self, format: &Format, order: &[String]) {
        self.denied = false;
        self.tokens.clear();
        for (i, name) in order.iter().enumerate() {
            // A name that comes twice has its column once; what the second says is kept as unmapped.
            let again = order[..i.min(MAX_FIELDS)].contains(name);
            let key = format.root.keys.iter().find(|key| !again && key.name == *name);
            let mut spelled = vec![0; name.len() * 6 + 2];
            let len = json_string_to(name.as_bytes(), &mut spelled);
            spelled.truncate(len);
            spelled.push(b':');
            self.tokens.push(Token {
                slot: key.map_or(NO_SLOT, |key| key.slot),
                kind: key.map_or(kind::TEXT, |key| key.kind),
                flags: key.map_or(0, |key| key.flags),
                name: spelled,
            });
        }
    }

    /// Says that the line at which scanning stopped is no header.
    pub fn deny_header(&mut self) {
        self.denied = true;
    }

    /// The text has changed or moved.
    pub fn forget(&mut self) {
        self.breaks.forget();
    }

    /// Rejects the line; false when it may be a header instead: no record starts so.
    #[cold]
    fn refuse(&mut self, rows: &mut Rows, progress: &mut Progress, code: u8, line: Span, side: usize) -> bool {
        rows.side = side;
        if !self.denied && rows.text(line).first().is_some_and(u8::is_ascii_lowercase) {
            self.pos = line.at as usize;
            progress.record = progress.record.wrapping_sub(1);
            return false;
        }
        self.denied = false;
        progress.reject(code, rows.text(line));
        true
    }

    /// Goes on scanning. `State::Header`: the place is at what may be a header line, which the caller reads.
    pub fn scan(&mut self, rows: &mut Rows, progress: &mut Progress, last: bool) -> State {
        self.breaks.seek(self.pos);
        while self.pos < self.end {
            if progress.is_full() {
                return State::RejectsFull;
            }
            if rows.is_full() {
                return State::RowsFull;
            }
            let from = self.pos;
            let Some(line) = self.breaks.line(&rows.memory, from, self.end, last) else {
                return State::More;
            };
            self.pos = line.next;
            if line.stop == from {
                continue;
            }
            progress.record = progress.record.wrapping_add(1);
            let count = self.tokens.len();
            let shift = usize::from(line.count == count + 1 && self.breaks.starts_with_stamp(&rows.memory));
            let side = rows.side;
            let code = if line.count - shift != count || line.count > MAX_FIELDS {
                FIELD_COUNT
            } else {
                match self.read(rows, shift) {
                    Ok(time) => {
                        let start = self.breaks.start(shift);
                        let raw = Span {
                            at: start as u32,
                            len: (line.stop - start) as u32,
                        };
                        progress.keep_row(rows, time, raw, None);
                        self.draft.keep_row(rows);
                        continue;
                    }
                    Err(code) => code,
                }
            };
            let whole = Span {
                at: from as u32,
                len: (line.stop - from) as u32,
            };
            if !self.refuse(rows, progress, code, whole, side) {
                return State::Header;
            }
        }
        State::Done
    }

    /// Reads the line's fields into the next row; answers its time, or why it is none.
    #[inline(always)]
    fn read(&mut self, rows: &mut Rows, shift: usize) -> Result<i64, u8> {
        self.draft.clear_row();
        let mut time = NO_TIME;
        let mut timed = false;
        let mut unmapped = None;
        for (i, token) in self.tokens.iter().enumerate() {
            let (at, len) = self.breaks.field(i + shift);
            if len == 0 || (len == 1 && byte(&rows.memory, at) == self.absent) {
                continue;
            }
            let text = Span {
                at: at as u32,
                len: len as u32,
            };
            let mut number = 0;
            let whole = token.kind == kind::INT || token.kind == kind::LONG;
            if whole {
                let bits = if token.kind == kind::INT { 32 } else { 64 };
                number = whole_number(&rows.memory, at, len, bits).ok_or(NOT_NUMBER)?;
            }
            if token.flags & (flag::ISO | flag::EPOCH) != 0 {
                timed = true;
                time = if token.flags & flag::ISO != 0 {
                    iso_time(rows.text(text))
                } else if whole {
                    epoch_micros(number)
                } else {
                    epoch_time(rows.text(text))
                };
            }
            if token.slot == NO_SLOT {
                keep(rows, &mut unmapped, token, at, len);
            } else if token.flags & flag::NUMBER != 0 {
                self.draft.fill_number(token.slot, number);
            } else {
                self.draft.fill(token.slot, text);
            }
        }
        if time == NO_TIME {
            return Err(if timed { BAD_TIME } else { NO_TIME_FIELD });
        }
        if let Some(start) = unmapped {
            put(rows, b'}');
            let text = Span {
                at: start as u32,
                len: (rows.side - start) as u32,
            };
            self.draft.fill(self.unmapped_slot, text);
        }
        Ok(time)
    }
}

/// Keeps a field that no column holds, in the JSON object that starts at `unmapped`.
#[cold]
fn keep(rows: &mut Rows, unmapped: &mut Option<usize>, token: &Token, at: usize, len: usize) {
    let open = if unmapped.is_none() { b'{' } else { b',' };
    unmapped.get_or_insert(rows.side);
    put(rows, open);
    rows.ensure(token.name.len());
    let side = rows.side;
    rows.memory[side..side + token.name.len()].copy_from_slice(&token.name);
    rows.side += token.name.len();
    let room = json_string_room(&rows.memory[at..at + len]);
    rewrite(rows, at, at + len, room, json_string_to);
}

/// What `is_integer` allows, read; most numbers without a loop over their digits.
#[inline(always)]
fn whole_number(memory: &[u8], at: usize, len: usize, bits: u32) -> Option<i64> {
    if len <= 8 {
        if let Some(v) = few_digits(word(memory, at), len as u32) {
            return Some(v);
        }
    } else if len <= if bits == 32 { 9 } else { 16 } {
        let high = few_digits(word(memory, at), (len - 8) as u32);
        let low = few_digits(word(memory, at + len - 8), 8);
        if let (Some(high), Some(low)) = (high, low) {
            return Some(high * 100_000_000 + low);
        }
    }
    let text = &memory[at..at + len];
    is_integer(text, bits).then(|| integer(text))
}
