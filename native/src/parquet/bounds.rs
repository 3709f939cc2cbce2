//! The smallest and the largest value of a column.

use super::column::Column;
use super::texts::{AHEAD, Texts, head};
use crate::plan::{Leaf, Physical};
use crate::scan::numbers::hex;

/// Text beyond this is no use as a bound: readers cut it anyway.
const BOUND_BYTES: usize = 256;

pub fn number_range(numbers: &[i64]) -> Option<(i64, i64)> {
    let first = *numbers.first()?;
    Some(
        numbers
            .iter()
            .fold((first, first), |(low, high), &n| (low.min(n), high.max(n))),
    )
}

/// Both as hex digits, where they are of use. `range`: of the numbers.
pub fn of(leaf: &Leaf, column: &Column, memory: &[u8], range: Option<(i64, i64)>) -> Option<(String, String)> {
    if leaf.max_rep > 0 {
        return None;
    }
    let width = match leaf.physical {
        Physical::Text => return of_texts(leaf, column, Texts::new(memory, &column.side)),
        Physical::Boolean => 1,
        Physical::Int32 => 4,
        Physical::Int64 => 8,
    };
    range.map(|(min, max)| (digits(&min.to_le_bytes()[..width]), digits(&max.to_le_bytes()[..width])))
}

fn of_texts(leaf: &Leaf, column: &Column, texts: Texts) -> Option<(String, String)> {
    let entries = &column.dictionary.entries;
    let (min, max) = if !entries.is_empty() {
        text_range(entries.iter().map(|e| e.text), texts)?
    } else if leaf.hot {
        text_range(column.spans.iter().copied(), texts)?
    } else {
        // Ids and free text without a dictionary have ranges that prune nothing.
        return None;
    };
    if min.len() > BOUND_BYTES || max.len() > BOUND_BYTES {
        return None;
    }
    Some((digits(min), digits(max)))
}

fn text_range<'a>(mut spans: impl Iterator<Item = u64> + Clone, texts: Texts<'a>) -> Option<(&'a [u8], &'a [u8])> {
    // The first bytes tell most texts apart.
    let start = |word: u64| head(texts.start(word), (word >> 32) as usize).swap_bytes();
    let first = spans.next()?;
    let (mut min, mut max) = (texts.get(first), texts.get(first));
    let (mut low, mut high) = (start(first), start(first));
    let mut ahead = spans.clone().skip(AHEAD);
    for word in spans {
        if let Some(next) = ahead.next() {
            texts.prefetch(next);
        }
        let here = start(word);
        if here <= low && texts.get(word) < min {
            min = texts.get(word);
            low = here;
        }
        if here >= high && texts.get(word) > max {
            max = texts.get(word);
            high = here;
        }
    }
    Some((min, max))
}

fn digits(bytes: &[u8]) -> String {
    let mut out = vec![0; bytes.len() * 2];
    hex(bytes, &mut out);
    out.into_iter().map(char::from).collect()
}
