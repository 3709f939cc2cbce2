//! Address keys of texts. They are numbered as the texts were, if all of those are addresses.

use std::io;

use super::column::Column;
use super::texts::Texts;
use crate::scan::addresses::ip_key;

/// Turns a column of texts, collected and numbered, into one of their keys. Texts that are no addresses have none.
pub fn collect(memory: &[u8], column: &mut Column) -> io::Result<()> {
    if column.dictionary.entries.is_empty() {
        let mut spans = std::mem::take(&mut column.spans);
        let mut had = spans.iter();
        let mut keys = Vec::with_capacity(spans.len());
        for i in 0..column.defs.len() {
            if column.defs[i] == 0 {
                continue;
            }
            match had
                .next()
                .map(|&word| key_of(word, memory, column))
                .transpose()?
                .flatten()
            {
                Some(key) => keys.push(key),
                None => column.defs[i] = 0,
            }
        }
        std::mem::swap(&mut spans, &mut keys);
        column.spans = spans;
        return column.close_texts(memory);
    }
    // An entry's key once, whatever the number of rows.
    let mut keys = Vec::with_capacity(column.dictionary.entries.len());
    for e in 0..column.dictionary.entries.len() {
        keys.push(key_of(column.dictionary.entries[e].text, memory, column)?);
    }
    let mut all = true;
    for (entry, key) in column.dictionary.entries.iter_mut().zip(&keys) {
        match key {
            Some(key) => entry.text = *key,
            None => all = false,
        }
    }
    if !all {
        let Column {
            defs,
            spans,
            dictionary,
            ..
        } = &mut *column;
        let mut values = dictionary.indexes[..spans.len()].iter();
        spans.clear();
        for def in defs.iter_mut().filter(|def| **def != 0) {
            match values.next().and_then(|&e| keys[e as usize]) {
                Some(key) => spans.push(key),
                None => *def = 0,
            }
        }
        dictionary.clear();
    }
    column.close_texts(memory)
}

fn key_of(word: u64, memory: &[u8], column: &mut Column) -> io::Result<Option<u64>> {
    let mut key = [0; 32];
    if !ip_key(Texts::new(memory, &column.side).get(word), &mut key) {
        return Ok(None);
    }
    column.put_side(memory.len(), &key).map(Some)
}
