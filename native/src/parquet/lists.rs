//! Texts of the objects in a list: the slot holds JSON that the scanner has checked.
//! Levels: 0 no list, 1 an empty one, 2 no object, 3 no value, 4 a value.

use std::io;

use super::column::Column;
use super::texts::{AHEAD, Texts};
use super::window::Window;
use crate::rows::Rows;
use crate::scan::text::unescape;

/// A place in JSON; behind its end there are zeros.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn byte(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }
    fn spaces(&mut self) {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }
    /// Over a byte and the white space behind it.
    fn step(&mut self) {
        self.at += 1;
        self.spaces();
    }
    /// From an opening quote to behind the closing one; the range inside.
    fn string(&mut self) -> (usize, usize) {
        let from = (self.at + 1).min(self.text.len());
        let mut at = from;
        while let Some(found) = memchr::memchr2(b'"', b'\\', self.text.get(at..).unwrap_or_default()) {
            at += found;
            if self.text[at] == b'"' {
                self.at = at + 1;
                return (from, at);
            }
            at += 2;
        }
        self.at = self.text.len();
        (from, self.at)
    }
    /// Over a value.
    fn skip(&mut self) {
        match self.byte() {
            b'"' => {
                self.string();
            }
            b'{' | b'[' => self.skip_nested(),
            _ => {
                while !matches!(self.byte(), 0 | b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t') {
                    self.at += 1;
                }
            }
        }
    }
    fn skip_nested(&mut self) {
        let mut depth = 0;
        while self.at < self.text.len() {
            match self.byte() {
                b'"' => {
                    self.string();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }
    /// Over an object: where the inside of its field's text is, if it has one.
    fn field(&mut self, name: &[u8]) -> Option<(usize, usize)> {
        let mut found = None;
        self.step();
        while !matches!(self.byte(), 0 | b'}') {
            let (from, to) = self.string();
            self.spaces();
            self.step();
            if found.is_none() && self.byte() == b'"' && self.text.get(from..to) == Some(name) {
                found = Some(self.string());
            } else {
                self.skip();
            }
            self.spaces();
            if self.byte() == b',' {
                self.step();
            }
        }
        self.at += 1;
        found
    }
}

pub fn collect(slot: u32, name: &[u8], window: &Window, column: &mut Column) -> io::Result<()> {
    if !window.rows.is_used(slot) {
        column.defs.resize(window.len(), 0);
        column.reps.resize(window.len(), 0);
        return Ok(());
    }
    let texts = Texts::new(&window.rows.memory, &[]);
    for (i, &row) in window.order.iter().enumerate() {
        if let Some(&next) = window.order.get(i + AHEAD)
            && window.rows.has(next as usize, slot)
        {
            let word = window.rows.span(next as usize, slot).pack();
            if texts.hold(&[word]) {
                texts.prefetch(word);
            }
        }
        if window.rows.has(row as usize, slot) {
            elements(slot, row as usize, name, window.rows, column)?;
        } else {
            column.defs.push(0);
            column.reps.push(0);
        }
    }
    Ok(())
}

fn elements(slot: u32, row: usize, name: &[u8], rows: &Rows, column: &mut Column) -> io::Result<()> {
    let span = rows.span(row, slot);
    let mut json = Cursor {
        text: rows.text(span),
        at: 0,
    };
    json.step();
    column.reps.push(0);
    if json.byte() == b']' {
        column.defs.push(1);
        return Ok(());
    }
    loop {
        if json.byte() != b'{' {
            json.skip();
            column.defs.push(2);
        } else if let Some((from, to)) = json.field(name) {
            column.defs.push(4);
            let inside = &json.text[from..to];
            let word = if memchr::memchr(b'\\', inside).is_some() {
                column.put_side(rows.memory.len(), &unescape(inside))?
            } else {
                (inside.len() as u64) << 32 | (u64::from(span.at) + from as u64)
            };
            column.spans.push(word);
        } else {
            column.defs.push(3);
        }
        json.spaces();
        if json.byte() != b',' {
            return Ok(());
        }
        json.step();
        column.reps.push(1);
    }
}
