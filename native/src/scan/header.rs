//! Header lines: which field is where.

use super::line::MAX_FIELDS;
use crate::plan::Format;

/// Longest header line.
const HEADER_BYTES: usize = 16_384;

/// The names that a line gives, if it names mostly fields of the format.
pub(super) fn names(format: &Format, line: &[u8]) -> Option<Vec<String>> {
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

/// White space as JavaScript has it.
fn is_blank(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}
