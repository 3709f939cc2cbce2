//! Texts that rows have more than once, known by the place of the first: made while a row's text is still in the
//! nearest cache, so that whoever numbers a column later compares places and looks at no text again.

use crate::parquet::texts::{Texts, hash_text, head, same_rest};
use crate::rows::SLACK;

/// Places of the table at first, and entries at most: what stays in a core's own cache.
const FIRST_TABLE: usize = 4_096;
const MAX_ENTRIES: usize = 1 << 15;
/// Values after which a slot of which most were new is left alone: looking for it would take more than it saves.
const SAMPLE: u32 = 512;
const MAX_PROBES: usize = 32;
/// A place of the table that nothing is in: no text is as long.
const FREE: u64 = u64::MAX;

#[derive(Clone, Copy)]
struct Place {
    /// The text, packed.
    word: u64,
    hash: u32,
}

/// What is known of a slot's values since the last `clear`.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// It holds texts that are looked for at all.
    wanted: bool,
    given_up: bool,
    seen: u32,
    new: u32,
}

pub struct Interner {
    table: Vec<Place>,
    entries: usize,
    slots: Vec<Slot>,
}

impl Interner {
    pub fn new(slots: usize) -> Interner {
        Interner {
            table: Vec::new(),
            entries: 0,
            slots: vec![Slot::default(); slots],
        }
    }

    /// Has a slot's texts looked for from now on.
    pub fn want(&mut self, slot: u32) {
        if let Some(slot) = self.slots.get_mut(slot as usize) {
            slot.wanted = true;
        }
    }

    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.resize(FIRST_TABLE);
        self.entries = 0;
        for slot in &mut self.slots {
            (slot.given_up, slot.seen, slot.new) = (false, 0, 0);
        }
    }

    /// Texts are moved or overwritten: what is known of them is worth nothing until `clear`.
    pub fn spoil(&mut self) {
        for slot in &mut self.slots {
            slot.given_up = true;
        }
    }

    pub fn is_active(&self, slot: usize) -> bool {
        let slot = &self.slots[slot];
        slot.wanted && !slot.given_up
    }

    /// Replaces a slot's texts by those of them that came first, where `marks` say that there is one.
    pub fn replace(&mut self, slot: usize, memory: &[u8], marks: &[u8], words: &mut [u64]) {
        if self.table.is_empty() {
            self.clear();
        }
        for (word, _) in words.iter_mut().zip(marks).filter(|(_, mark)| **mark != 0) {
            let at = *word as u32 as usize;
            let len = (*word >> 32) as usize;
            let Some(known) = (at + len + SLACK <= memory.len())
                .then(|| self.find(memory, *word, len))
                .flatten()
            else {
                self.slots[slot].given_up = true;
                return;
            };
            let state = &mut self.slots[slot];
            state.seen += 1;
            state.new += u32::from(known == *word);
            if state.seen >= SAMPLE && state.new > state.seen / 2 {
                state.given_up = true;
                return;
            }
            *word = known;
        }
    }

    /// The first text that equals this one; none when there is no room to look for it.
    #[inline(always)]
    fn find(&mut self, memory: &[u8], word: u64, len: usize) -> Option<u64> {
        let texts = Texts::new(memory, &[]);
        let text = texts.start(word);
        let hash = hash_text(text, len);
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        for _ in 0..MAX_PROBES {
            let place = self.table[at];
            if place.word == FREE {
                if self.entries == MAX_ENTRIES {
                    return None;
                }
                self.table[at] = Place { word, hash };
                self.entries += 1;
                if self.entries > mask / 2 && self.entries < MAX_ENTRIES {
                    self.grow();
                }
                return Some(word);
            }
            if place.hash == hash && place.word >> 32 == word >> 32 && same(texts.start(place.word), text, len) {
                return Some(place.word);
            }
            at = (at + 1) & mask;
        }
        None
    }

    fn resize(&mut self, places: usize) {
        self.table.clear();
        self.table.resize(places, Place { word: FREE, hash: 0 });
    }
    #[cold]
    fn grow(&mut self) {
        let before = std::mem::take(&mut self.table);
        self.resize(before.len() * 4);
        let mask = self.table.len() - 1;
        for place in before.into_iter().filter(|place| place.word != FREE) {
            let mut at = place.hash as usize & mask;
            while self.table[at].word != FREE {
                at = (at + 1) & mask;
            }
            self.table[at] = place;
        }
    }
}

/// Whether two texts of one length are equal.
#[inline(always)]
fn same(a: *const u8, b: *const u8, len: usize) -> bool {
    head(a, len) == head(b, len) && (len <= 16 || same_rest(a, b, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_table_is_as_large_as_it_was_meant_to_be() {
        let mut memory: Vec<u8> = (0..40_000_u64).flat_map(u64::to_le_bytes).collect();
        memory.resize(memory.len() + SLACK, 0);
        let mut interner = Interner::new(1);
        interner.clear();
        let word = |i: u64| (8 << 32) | (i * 8);
        let found = (0..40_000).filter(|&i| interner.find(&memory, word(i), 8).is_some());
        assert_eq!(found.count(), MAX_ENTRIES);
        assert_eq!(interner.table.len(), 2 * MAX_ENTRIES);
        assert_eq!(interner.find(&memory, word(7), 8), Some(word(7)));
    }
}
