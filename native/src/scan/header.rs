//! Header lines: which field is where.

use super::line::MAX_FIELDS;
use super::scanner::{Reading, Scanner};
use super::text::is_blank;
use crate::plan::{Format, Framing};

/// Longest header line.
const HEADER_BYTES: usize = 16_384;

/// The names that a line gives, if it names mostly fields of the format.
fn names(format: &Format, line: &[u8]) -> Option<Vec<String>> {
    if line.len() > HEADER_BYTES {
        return None;
    }
    let text = String::from_utf8_lossy(line);
    let names: Vec<&str> = text
        .trim_matches(is_blank)
        .split(is_blank)
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() > MAX_FIELDS {
        return None;
    }
    let known = names
        .iter()
        .filter(|name| format.root.keys.iter().any(|key| key.name == **name))
        .count();
    if known < 2 || (known as f64) < names.len() as f64 * 0.6 {
        return None;
    }
    Some(names.into_iter().map(str::to_owned).collect())
}

impl Scanner {
    /// Reads the first line as a header, or takes the order asked for. False: the line is not complete yet.
    pub(super) fn read_order(&mut self, last: bool) -> bool {
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
    pub(super) fn take_header(&mut self) -> bool {
        let bytes = &self.rows.memory[self.scanned..self.fill];
        let newline = memchr::memchr(b'\n', bytes);
        let len = newline.unwrap_or(bytes.len());
        let Some(names) = names(&self.format, &bytes[..len]) else {
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
