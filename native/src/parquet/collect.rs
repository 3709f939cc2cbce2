//! Values of a leaf column, collected from the rows in order.

use std::io;

use super::column::Column;
use super::depths::{Depths, count_of, deepen};
use super::lists;
use super::window::Window;
use crate::plan::{Fact, Fixed, Leaf, NO_SLOT, Reading, Source};
use crate::scan::numbers::{hex64, integer};
use crate::scan::times::{epoch_time, iso_time};

/// Fills the column with what the leaf's source says; of an ip-key's it collects the addresses.
pub fn collect(leaf: &Leaf, window: &Window, depths: &mut Depths, column: &mut Column) -> io::Result<()> {
    column.begin();
    let level = leaf.presence.len() as u8;
    match &leaf.source {
        Source::Text { slots, fact } => {
            let depths = depths.of(&leaf.presence, window);
            texts(slots, *fact, depths, level, window, column);
        }
        Source::IpKey { slots } => texts(slots, None, depths.of(&leaf.presence, window), level, window, column),
        Source::Number { slot, reading } => {
            return numbers(
                *slot,
                *reading,
                depths.of(&leaf.presence, window),
                level,
                window,
                column,
            );
        }
        Source::Fixed { what } => {
            fixed(*what, window, column);
            return Ok(());
        }
        Source::Id { slot } => ids(*slot, window, column)?,
        Source::List { slot, name } => lists::collect(*slot, name.as_bytes(), window, column)?,
    }
    column.close_texts(&window.rows.memory)
}

/// The first of the slots that has a value, else the object's fact.
fn texts(slots: &[u32], fact: Option<Fact>, depths: Option<&[u8]>, level: u8, window: &Window, column: &mut Column) {
    if let ([slot], None) = (slots, fact) {
        return words(*slot, depths, level, window, column);
    }
    let rows = window.rows;
    let sources: Vec<(&[u8], &[u64])> = slots
        .iter()
        .filter(|&&s| rows.is_used(s))
        .map(|&s| (rows.presents(s), rows.values(s)))
        .collect();
    let facts = fact.map(|fact| window.facts.of(fact));
    for (i, &row) in window.order.iter().enumerate() {
        let row = row as usize;
        let depth = depths.map_or(0, |d| d[i]);
        if depth < level {
            column.defs.push(depth);
            continue;
        }
        let own = sources
            .iter()
            .find(|(presents, _)| presents[row] != 0)
            .map(|(_, values)| values[row]);
        match own.or_else(|| facts.and_then(|(objects, facts)| facts[objects[row] as usize])) {
            Some(word) => {
                column.defs.push(level + 1);
                column.spans.push(word);
            }
            None => column.defs.push(level),
        }
    }
}

/// The words of one slot: its rows' levels, and the words of those that have one.
fn words(slot: u32, depths: Option<&[u8]>, level: u8, window: &Window, column: &mut Column) {
    let Column { defs, spans, .. } = column;
    deepen(depths, level, slot, window, defs);
    if !window.rows.is_used(slot) {
        return;
    }
    let there = level + 1;
    let count = count_of(defs, there);
    let values = window.rows.values(slot);
    if count == window.len() {
        return window.gather(values, spans);
    }
    spans.resize(count + 1, 0);
    let mut next = 0;
    // Rows without a value come in runs, and are most of them in many columns: eight are passed by at once.
    for (defs, order) in defs.chunks(8).zip(window.order.chunks(8)) {
        if !defs.contains(&there) {
            continue;
        }
        for (&def, &row) in defs.iter().zip(order) {
            spans[next] = values[row as usize];
            next += usize::from(def == there);
        }
    }
    spans.truncate(count);
}

fn numbers(
    slot: u32,
    reading: Reading,
    depths: Option<&[u8]>,
    level: u8,
    window: &Window,
    column: &mut Column,
) -> io::Result<()> {
    words(slot, depths, level, window, column);
    if reading == Reading::Read {
        column.numbers.extend(column.spans.iter().map(|&word| word as i64));
        return Ok(());
    }
    column.close_texts(&window.rows.memory)?;
    let texts = super::texts::Texts::new(&window.rows.memory, &column.side);
    let read: fn(&[u8]) -> i64 = match reading {
        Reading::Boolean => |text| i64::from(text.first() == Some(&b't')),
        Reading::IsoTime => iso_time,
        Reading::EpochSeconds => epoch_time,
        Reading::Int | Reading::Long | Reading::Read => integer,
    };
    column
        .numbers
        .extend(column.spans.iter().map(|&word| read(texts.get(word))));
    Ok(())
}

/// What every row has.
fn fixed(what: Fixed, window: &Window, column: &mut Column) {
    column.defs.resize(window.len(), 1);
    match what {
        Fixed::Time => window.gather(&window.rows.times, &mut column.numbers),
        Fixed::Record => {
            let records = &window.rows.source_rows;
            column
                .numbers
                .extend(window.order.iter().map(|&row| i64::from(records[row as usize])));
        }
        Fixed::Ingested => column.numbers.resize(window.len(), window.ingested_at),
    }
}

/// The log's own id, else the hash of the record as 16 hex digits.
fn ids(slot: u32, window: &Window, column: &mut Column) -> io::Result<()> {
    let rows = window.rows;
    column.defs.resize(window.len(), 1);
    for &row in window.order {
        let row = row as usize;
        let word = if slot != NO_SLOT && rows.has(row, slot) {
            rows.span(row, slot).pack()
        } else {
            let mut digits = [0; 16];
            hex64(rows.hashes[row], &mut digits);
            column.put_side(rows.memory.len(), &digits)?
        };
        column.spans.push(word);
    }
    Ok(())
}
