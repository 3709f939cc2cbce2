//! The records of one batch, shared by its reading threads: `src/front/fingerprints.ts`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::pages::ask_for_large;

const ENTRY_BYTES: u64 = 16;
const SMALLEST: u64 = 1 << 16;
/// Places looked at before a record is left to the engine: far more than chance can crowd.
const PROBES: usize = 1024;
/// Of a level; beyond, places are too hard to find.
const FULL_16THS: usize = 13;
/// The table is larger than any cache: entries are asked for so many records ahead.
const AHEAD: usize = 12;

/// What is known of a record when it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    New,
    Again,
    SameId,
}

/// Half of the hash of a record's id, the other half says where to look first, and 95 bits of the keyed fingerprint of
/// its content. An entry whose first word is 0 in its upper half is free.
type Entry = [u64; 2];

/// Found by linear probing.
#[derive(Default)]
struct Level {
    entries: Vec<Entry>,
    count: usize,
}

/// As small as the first records let expect: memory that is not touched costs nothing, and a small table stays in caches
/// longer. The second level takes what is more.
#[derive(Default)]
struct Table {
    /// Stored bytes of the batch.
    stored: u64,
    /// Entries that both levels may have.
    most: usize,
    levels: [Level; 2],
}

pub struct Fingerprints {
    most_bytes: u64,
    table: Mutex<Table>,
    partial: AtomicBool,
}

/// An entry for every 4 stored bytes, within `most_bytes`. Compressed logs have 20 and more to a record.
fn entries_for(stored: u64, most_bytes: u64) -> usize {
    let bytes = stored.div_ceil(4).saturating_mul(ENTRY_BYTES);
    (bytes.clamp(SMALLEST, most_bytes.max(SMALLEST)) / ENTRY_BYTES) as usize
}

impl Fingerprints {
    /// For a batch that is hardly stored at all, until `begin`; it never takes more memory than this, but 64 KiB.
    pub fn new(most_bytes: u64) -> Fingerprints {
        let fingerprints = Fingerprints {
            most_bytes,
            table: Mutex::default(),
            partial: AtomicBool::new(false),
        };
        fingerprints.begin(0);
        fingerprints
    }

    /// Forgets all, and is as large as so many stored bytes may need from now on.
    pub fn begin(&self, stored_bytes: u64) {
        let mut table = self.lock();
        let wanted = entries_for(stored_bytes, self.most_bytes);
        if table.most < wanted || table.most > wanted * 4 {
            // The old memory goes first: nobody waits for a collector of garbage to give it back.
            *table = Table::default();
            table.most = wanted;
        } else {
            table.levels.iter_mut().for_each(Level::clear);
        }
        table.stored = stored_bytes;
        self.partial.store(false, Ordering::Release);
    }

    /// False: some records found no place, so that copies of them may have been missed.
    pub fn complete(&self) -> bool {
        !self.partial.load(Ordering::Acquire)
    }

    /// Adds records in order, and says of each what was there before. No other thread adds any meanwhile.
    /// `stored_bytes`: about what they were read from.
    pub fn add(&self, ids: &[u64], prints: &[[u64; 2]], stored_bytes: u64, met: &mut dyn FnMut(usize, Meeting)) {
        let mut table = self.lock();
        table.expect_as_many(ids.len() as u64, stored_bytes);
        let mut partial = false;
        for (i, (&id, &print)) in ids.iter().zip(prints).enumerate() {
            if let Some(&later) = ids.get(i + AHEAD) {
                table.expect(later);
            }
            let (meeting, placed) = table.place(id, print);
            partial |= !placed;
            met(i, meeting);
        }
        if partial {
            self.partial.store(true, Ordering::Release);
        }
    }

    /// A thread that panicked has ended the batch: what it left behind is forgotten with it.
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// Makes the first level, for twice as many records as the batch has if all are like these.
    fn expect_as_many(&mut self, records: u64, stored_bytes: u64) {
        let first = &mut self.levels[0];
        if !first.entries.is_empty() || records == 0 {
            return;
        }
        let expected = u128::from(records) * u128::from(self.stored) / u128::from(stored_bytes.max(1));
        let entries = usize::try_from(expected.saturating_mul(2) * 16 / FULL_16THS as u128).unwrap_or(usize::MAX);
        *first = Level::new(entries.clamp(self.most / 16, self.most));
    }

    /// What is known of the record, and whether it is in the table now.
    #[inline]
    fn place(&mut self, id: u64, print: [u64; 2]) -> (Meeting, bool) {
        let tag = id as u32;
        // The half that tells a free entry is never 0.
        let head = u64::from(tag) | u64::from(print[0] as u32 | 1) << 32;
        let entry = [head, print[0] >> 32 | print[1] << 32];
        let mut meeting = Meeting::New;
        let [first, second] = &mut self.levels;
        if first.place(id, entry, &mut meeting) {
            return (meeting, true);
        }
        let rest = self.most - first.entries.len();
        if second.entries.is_empty() && rest > 0 {
            *second = Level::new(rest);
        }
        let placed = second.place(id, entry, &mut meeting);
        (meeting, placed)
    }

    #[inline(always)]
    fn expect(&self, id: u64) {
        let [first, second] = &self.levels;
        first.expect(id);
        if !second.entries.is_empty() {
            second.expect(id);
        }
    }
}

impl Level {
    fn new(entries: usize) -> Level {
        let entries = vec![[0; 2]; entries];
        ask_for_large(&entries);
        Level { entries, count: 0 }
    }

    fn clear(&mut self) {
        if self.count > 0 {
            self.entries.fill([0; 2]);
        }
        self.count = 0;
    }

    /// Where an id is looked for first.
    #[inline(always)]
    fn start(&self, id: u64) -> usize {
        ((u128::from(id >> 32) * self.entries.len() as u128) >> 32) as usize
    }

    /// Whether the record is here now; `meeting`: what was met on the way.
    #[inline]
    fn place(&mut self, id: u64, entry: Entry, meeting: &mut Meeting) -> bool {
        let mut at = self.start(id);
        for _ in 0..PROBES.min(self.entries.len()) {
            let held = self.entries[at];
            if held[0] >> 32 == 0 {
                if self.count * 16 >= self.entries.len() * FULL_16THS {
                    return false;
                }
                self.entries[at] = entry;
                self.count += 1;
                return true;
            }
            if held == entry {
                *meeting = Meeting::Again;
                return true;
            }
            if held[0] as u32 == entry[0] as u32 {
                *meeting = Meeting::SameId;
            }
            at = if at + 1 < self.entries.len() { at + 1 } else { 0 };
        }
        false
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn expect(&self, id: u64) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let at = self.start(id);
        debug_assert!(at < self.entries.len());
        // SAFETY: the place is within the level, and a prefetch reads nothing that the program sees.
        unsafe { _mm_prefetch(self.entries.as_ptr().add(at).cast(), _MM_HINT_T0) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    fn expect(&self, _id: u64) {}
}
