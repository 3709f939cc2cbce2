//! One pass over JSON records, in whatever they come: lines, arrays, wrappers, values one after another.

use super::State;
use super::cursor::{DEPTH, EOF, SYNTAX, byte};
use super::item::{Item, NOT_OBJECT};
use super::pass::Pass;
use super::progress::Progress;
use super::resume::{next_line, next_object_line};
use crate::plan::Format;
use crate::rows::Rows;

/// What the place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Top,
    Array,
    /// The records of a wrapper.
    Container,
    /// A wrapper, behind its records.
    Wrap,
    /// A value that was given up.
    Dead,
}

/// Most of what may lie around a wrapper, the top included.
const MOST_AROUND: usize = 9;

pub(super) struct Json {
    pub item: Item,
    pub(super) mode: Mode,
    pub(super) first: bool,
    /// Modes around the current one, the nearest last.
    outer: Vec<Mode>,
    /// Something around the records was broken: the commas and brackets that are left of it mean nothing.
    loose: bool,
    /// `Dead`: reading goes on at any line of its own, not only at one that opens an object.
    any_line: bool,
    pub(super) pass: Option<Pass>,
}

impl Json {
    pub fn new(format: &Format) -> Json {
        Json {
            item: Item::new(format),
            mode: Mode::Top,
            first: true,
            outer: Vec::new(),
            loose: false,
            any_line: false,
            pass: None,
        }
    }

    /// Starts an object.
    pub fn begin(&mut self) {
        self.mode = Mode::Top;
        self.first = true;
        self.outer.clear();
        self.loose = false;
        self.pass = None;
    }

    /// Gives the value under way up; scanning goes on at the next line that looks like one of its own.
    pub fn abandon(&mut self) {
        if self.mode != Mode::Dead {
            self.any_line = self.mode == Mode::Top && !self.loose;
            self.loose |= self.mode != Mode::Top;
        }
        self.mode = Mode::Dead;
        self.outer.clear();
    }

    /// Rejects what starts at `from`, up to the line at which scanning will go on.
    #[cold]
    pub(super) fn give_up(&mut self, rows: &Rows, progress: &mut Progress, code: u8, from: usize) {
        self.abandon();
        let to = self.next_begin(&rows.memory, from);
        progress.reject(code, &rows.memory[from..to]);
        self.item.at.pos = from;
    }

    /// Where reading goes on behind what was given up.
    fn next_begin(&self, memory: &[u8], from: usize) -> usize {
        let next = if self.any_line { next_line } else { next_object_line };
        next(memory, from, self.item.at.end)
    }

    /// Whether the item that starts at `from` is nested too deep, yet closes, so that only it is lost.
    #[cold]
    fn is_too_deep(&mut self, rows: &Rows, progress: &mut Progress, from: usize, last: bool) -> bool {
        let at = &mut self.item.at;
        let next = if self.mode == Mode::Top && !self.loose {
            next_line
        } else {
            next_object_line
        };
        let bound = next(&rows.memory, from, at.end);
        if at.skip_balanced(&rows.memory, from, bound) {
            progress.reject(DEPTH, &rows.memory[from..at.pos]);
            return true;
        }
        if at.err != EOF || bound < at.end || last {
            at.err = DEPTH;
        }
        false
    }

    /// Reads one record. False when it ends beyond the input and more may come: nothing is changed then.
    fn read_item(&mut self, rows: &mut Rows, progress: &mut Progress, last: bool) -> bool {
        let item = &mut self.item;
        let from = item.at.pos;
        let side_before = rows.side;
        item.clear();
        progress.record = progress.record.wrapping_add(1);
        if byte(&rows.memory, from) != b'{' {
            if item.at.skip_value(&rows.memory) {
                let to = item.at.pos;
                // A number that ends with the input may go on with more of it.
                if to < item.at.end || last || !byte(&rows.memory, to - 1).is_ascii_digit() {
                    progress.reject(NOT_OBJECT, &rows.memory[from..to]);
                    return true;
                }
                item.at.err = EOF;
            }
        } else if item.read(rows) {
            if !item.wrapped {
                item.finish(rows, progress, from);
                return true;
            }
            if self.outer.len() < MOST_AROUND {
                self.outer.push(self.mode);
                self.mode = Mode::Container;
                self.first = true;
                rows.side = side_before;
                progress.record = progress.record.wrapping_sub(1);
                return true;
            }
            item.at.err = DEPTH;
        }
        rows.side = side_before;
        if self.item.at.err == DEPTH && self.is_too_deep(rows, progress, from, last) {
            return true;
        }
        if self.item.at.err == EOF && !last {
            self.item.at.pos = from;
            progress.record = progress.record.wrapping_sub(1);
            return false;
        }
        self.give_up(rows, progress, self.item.at.err, from);
        true
    }

    pub(super) fn close(&mut self) {
        self.mode = self.outer.pop().unwrap_or(Mode::Top);
        self.first = false;
    }

    /// Rejects what the object ends inside of.
    #[cold]
    fn end_inside(&mut self, rows: &Rows, progress: &mut Progress, mark: usize) -> State {
        progress.record = progress.record.wrapping_add(1);
        progress.reject(EOF, &rows.memory[mark..self.item.at.end]);
        self.mode = Mode::Top;
        State::Done
    }

    /// Goes on scanning, up to `end`.
    pub fn scan(&mut self, rows: &mut Rows, progress: &mut Progress, last: bool) -> State {
        loop {
            if progress.is_full() {
                return State::RejectsFull;
            }
            if rows.is_full() {
                return State::RowsFull;
            }
            let wanting = if last { State::Done } else { State::More };
            if self.pass.is_some() && !self.go_on_passing(&rows.memory) {
                if last {
                    self.mode = Mode::Top;
                }
                return wanting;
            }
            let end = self.item.at.end;
            if self.mode == Mode::Dead {
                let p = self.next_begin(&rows.memory, self.item.at.pos);
                if p >= end {
                    // The newline before the next line may be the last byte so far.
                    let newline = !last && self.item.at.pos < end && byte(&rows.memory, end - 1) == b'\n';
                    self.item.at.pos = end - usize::from(newline);
                    return wanting;
                }
                self.item.at.pos = p;
                self.mode = Mode::Top;
            }
            let mark = self.item.at.pos;
            self.item.at.skip_space(&rows.memory);
            if self.item.at.pos >= end {
                if self.mode == Mode::Top {
                    return State::Done;
                }
                if !last {
                    self.item.at.pos = mark;
                    return State::More;
                }
                return self.end_inside(rows, progress, mark);
            }
            let c = byte(&rows.memory, self.item.at.pos);
            match self.mode {
                Mode::Top => {
                    if c == b'[' {
                        self.item.at.pos += 1;
                        self.mode = Mode::Array;
                        self.outer.clear();
                        self.outer.push(Mode::Top);
                        self.first = true;
                    } else if self.loose && matches!(c, b',' | b']' | b'}') {
                        self.item.at.pos += 1;
                    } else if !self.read_item(rows, progress, last) {
                        return State::More;
                    }
                    continue;
                }
                Mode::Wrap => {
                    if !self.read_wrap(rows, progress, mark, last) {
                        return State::More;
                    }
                    continue;
                }
                Mode::Array | Mode::Container | Mode::Dead => {}
            }
            if c == b']' {
                self.item.at.pos += 1;
                if self.mode == Mode::Array {
                    self.close();
                } else {
                    self.mode = Mode::Wrap;
                    self.first = false;
                }
                continue;
            }
            if !self.first {
                if c != b',' {
                    progress.record = progress.record.wrapping_add(1);
                    self.give_up(rows, progress, SYNTAX, mark);
                    continue;
                }
                self.item.at.pos += 1;
                self.item.at.skip_space(&rows.memory);
                if self.item.at.pos >= end {
                    if !last {
                        self.item.at.pos = mark;
                        return State::More;
                    }
                    return self.end_inside(rows, progress, mark);
                }
            }
            if !self.read_item(rows, progress, last) {
                self.item.at.pos = mark;
                return State::More;
            }
            if !self.item.wrapped {
                self.first = false;
            }
        }
    }
}
