//! Dictionaries: a column's values numbered as they come, where that pays. What pays is decided as
//! `src/front/wasm/assembly/encode.ts` decides it, by the same hashes in the same table.

use super::texts::{AHEAD, Texts, hash_text, head, same_rest};

const MAX_ENTRIES: usize = 32_768;
const TABLE_SIZE: usize = 131_072;
const FIRST_TABLE: usize = 4_096;
const MAX_ENTRY_BYTES: usize = 1 << 20;
const MAX_PROBES: u32 = 256;
/// A place of the table that no entry has.
const FREE: u32 = u32::MAX;

#[derive(Clone, Copy)]
#[repr(C, align(32))]
pub struct Entry {
    /// The start of the text, zeros behind its end; of texts at one place, and of numbers, nothing.
    head: u128,
    /// Where its text is, packed; or the number.
    pub text: u64,
    hash: u32,
}

impl Entry {
    fn of(word: u64, hash: u32) -> Entry {
        let head = 0;
        Entry { head, text: word, hash }
    }
    pub fn number(&self) -> i64 {
        self.text as i64
    }
}

#[derive(Default)]
pub struct Dictionary {
    /// Empty: there is no dictionary.
    pub entries: Vec<Entry>,
    /// The values' entries.
    pub indexes: Vec<u32>,
    /// Entries' numbers by hash; four times as large when it is half full: small ones stay in the cache.
    table: Vec<u32>,
    mask: usize,
}

fn hash_number(v: u64) -> u32 {
    (v.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// Values that hardly repeat gain nothing; most show it early. Numbers have another way to be small.
#[inline(always)]
fn too_many(distinct: usize, values: usize, text: bool) -> bool {
    distinct == MAX_ENTRIES || values > 4096 && distinct > values / 2 + if text { values / 4 } else { 0 }
}

impl Dictionary {
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    fn begin(&mut self, values: usize, places: usize) {
        self.entries.clear();
        if self.indexes.len() < values {
            self.indexes.resize(values, 0);
        }
        self.clear_table(places);
    }
    fn clear_table(&mut self, places: usize) {
        self.mask = places.wrapping_sub(1);
        self.table.clear();
        self.table.resize(places, FREE);
    }
    #[cold]
    fn grow_table(&mut self) {
        self.clear_table((self.mask + 1) * 4);
        for (e, entry) in self.entries.iter().enumerate() {
            let mut place = entry.hash as usize & self.mask;
            while self.table[place] != FREE {
                place = (place + 1) & self.mask;
            }
            self.table[place] = e as u32;
        }
    }

    /// Ends numbering: a dictionary that does not pay is given up.
    fn end(&mut self, good: bool, values: usize) {
        let distinct = self.entries.len();
        if !good || distinct > 64 && distinct > values / 2 + values / 4 {
            self.entries.clear();
        }
    }

    /// Numbers texts that `Texts::hold` has answered for.
    pub fn number_texts(&mut self, spans: &[u64], texts: Texts) {
        self.begin(spans.len(), FIRST_TABLE);
        let good = self.try_texts(spans, texts);
        self.end(good, spans.len());
    }
    fn try_texts(&mut self, spans: &[u64], texts: Texts) -> bool {
        let (mut bytes, mut last, mut before) = (0, 0, None);
        for (v, &span) in spans.iter().enumerate() {
            if let Some(&next) = spans.get(v + AHEAD) {
                texts.prefetch(next);
            }
            // Neighbours are often one value: a constant, an object's name.
            if before == Some(span) {
                self.indexes[v] = last;
                continue;
            }
            before = Some(span);
            let len = (span >> 32) as usize;
            let p = texts.start(span);
            let (hash, head) = (hash_text(p, len), head(p, len));
            let mut place = hash as usize & self.mask;
            let mut probes = 0;
            last = loop {
                probes += 1;
                if probes > MAX_PROBES {
                    return false;
                }
                let e = self.table[place];
                if e == FREE {
                    if bytes > MAX_ENTRY_BYTES || too_many(self.entries.len(), v, true) {
                        return false;
                    }
                    bytes += len + 4;
                    break self.add(place, Entry { head, text: span, hash });
                }
                let entry = &self.entries[e as usize];
                if entry.head == head
                    && entry.hash == hash
                    && entry.text >> 32 == span >> 32
                    && (len <= 16 || same_rest(texts.start(entry.text), p, len))
                {
                    break e;
                }
                place = (place + 1) & self.mask;
            };
            self.indexes[v] = last;
        }
        true
    }
    /// Numbers texts of which equal ones are at one place.
    pub fn number_places(&mut self, spans: &[u64]) {
        self.begin(spans.len(), FIRST_TABLE);
        let good = self.try_words::<true>(spans.iter().copied());
        self.end(good, spans.len());
    }
    /// Numbers words that stand for texts, or are whole numbers.
    #[inline(always)]
    fn try_words<const TEXT: bool>(&mut self, words: impl Iterator<Item = u64>) -> bool {
        let (mut bytes, mut last, mut before) = (0, 0, None);
        for (v, word) in words.enumerate() {
            if before == Some(word) {
                self.indexes[v] = last;
                continue;
            }
            before = Some(word);
            let hash = hash_number(word);
            let mut place = hash as usize & self.mask;
            let mut probes = 0;
            last = loop {
                probes += 1;
                if probes > MAX_PROBES {
                    return false;
                }
                let e = self.table[place];
                if e == FREE {
                    if bytes > MAX_ENTRY_BYTES || too_many(self.entries.len(), v, TEXT) {
                        return false;
                    }
                    if TEXT {
                        bytes += (word >> 32) as usize + 4;
                    }
                    break self.add(place, Entry::of(word, hash));
                }
                if self.entries[e as usize].text == word {
                    break e;
                }
                place = (place + 1) & self.mask;
            };
            self.indexes[v] = last;
        }
        true
    }
    /// Adds an entry at a free place of the table.
    #[inline(always)]
    fn add(&mut self, place: usize, entry: Entry) -> u32 {
        let e = self.entries.len() as u32;
        self.table[place] = e;
        self.entries.push(entry);
        if self.entries.len() > self.mask >> 1 && self.mask < TABLE_SIZE - 1 {
            self.grow_table();
        }
        e
    }

    /// Numbers whole numbers, which are not below `min` nor above `max`.
    pub fn number_numbers(&mut self, numbers: &[i64], min: i64, max: i64) {
        let range = max.wrapping_sub(min) as u64;
        let near = range < TABLE_SIZE as u64;
        self.begin(numbers.len(), if near { range as usize + 1 } else { FIRST_TABLE });
        let good = if near {
            self.try_near(numbers, min)
        } else {
            self.try_words::<false>(numbers.iter().map(|&n| n as u64))
        };
        self.end(good, numbers.len());
    }
    /// Numbers of a narrow range, such as ports: the table is a list by number.
    fn try_near(&mut self, numbers: &[i64], min: i64) -> bool {
        for (v, (&n, to)) in numbers.iter().zip(&mut self.indexes).enumerate() {
            let place = &mut self.table[n.wrapping_sub(min) as usize];
            if *place == FREE {
                if too_many(self.entries.len(), v, false) {
                    return false;
                }
                *place = self.entries.len() as u32;
                self.entries.push(Entry::of(n as u64, 0));
            }
            *to = *place;
        }
        true
    }
}
