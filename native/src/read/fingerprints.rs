//! The records of one batch, shared by its reading threads: `src/front/fingerprints.ts`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::pages::ask_for_large;

const ENTRY_BYTES: u64 = 16;
const SMALLEST: u64 = 1 << 16;
const LARGEST: u64 = 128 << 20;
/// Places looked at before a record is left to the engine: far more than chance can crowd.
const PROBES: usize = 1024;
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

struct Table {
    entries: Vec<Entry>,
    count: usize,
}

pub struct Fingerprints {
    table: Mutex<Table>,
    partial: AtomicBool,
}

/// An entry for every 4 stored bytes, 128 MiB at most: what a batch of flow logs has. Compressed logs have 20 and more to a record.
fn bytes_for(stored: u64) -> u64 {
    stored.div_ceil(4).saturating_mul(ENTRY_BYTES).clamp(SMALLEST, LARGEST)
}

fn entries_for(bytes: u64) -> Vec<Entry> {
    let entries = vec![[0; 2]; (bytes / ENTRY_BYTES) as usize];
    ask_for_large(&entries);
    entries
}

impl Fingerprints {
    /// As large as so many stored bytes may need.
    pub fn new(stored_bytes: u64) -> Fingerprints {
        let entries = entries_for(bytes_for(stored_bytes));
        Fingerprints {
            table: Mutex::new(Table { entries, count: 0 }),
            partial: AtomicBool::new(false),
        }
    }

    /// Forgets all, and is as large as so many stored bytes may need from now on.
    pub fn reuse(&self, stored_bytes: u64) {
        let mut table = self.lock();
        let wanted = bytes_for(stored_bytes);
        let held = table.entries.len() as u64 * ENTRY_BYTES;
        if held < wanted || held > wanted * 4 {
            // The old memory goes first: nobody waits for a collector of garbage to give it back.
            table.entries = Vec::new();
            table.entries = entries_for(wanted);
        } else if table.count > 0 {
            table.entries.fill([0; 2]);
        }
        table.count = 0;
        self.partial.store(false, Ordering::Release);
    }

    /// False: some records found no place, so that copies of them may have been missed.
    pub fn complete(&self) -> bool {
        !self.partial.load(Ordering::Acquire)
    }

    /// Adds records in order, and says of each what was there before. No other thread adds any meanwhile.
    pub fn add(&self, ids: &[u64], prints: &[[u64; 2]], met: &mut dyn FnMut(usize, Meeting)) {
        let mut table = self.lock();
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
    /// Where an id is looked for first.
    #[inline(always)]
    fn start(&self, id: u64) -> usize {
        ((u128::from(id >> 32) * self.entries.len() as u128) >> 32) as usize
    }

    /// Beyond 13/16 of the entries, places are too hard to find.
    #[inline(always)]
    fn is_full(&self) -> bool {
        self.count * 16 >= self.entries.len() * 13
    }

    /// What is known of the record, and whether it is in the table now.
    #[inline]
    fn place(&mut self, id: u64, print: [u64; 2]) -> (Meeting, bool) {
        let tag = id as u32;
        // The half that tells a free entry is never 0.
        let head = u64::from(tag) | u64::from(print[0] as u32 | 1) << 32;
        let rest = print[0] >> 32 | print[1] << 32;
        let mut at = self.start(id);
        let mut meeting = Meeting::New;
        for _ in 0..PROBES {
            let held = self.entries[at];
            if held[0] >> 32 == 0 {
                if self.is_full() {
                    break;
                }
                self.entries[at] = [head, rest];
                self.count += 1;
                return (meeting, true);
            }
            if held[0] as u32 == tag {
                if held == [head, rest] {
                    return (Meeting::Again, true);
                }
                meeting = Meeting::SameId;
            }
            at = if at + 1 < self.entries.len() { at + 1 } else { 0 };
        }
        (meeting, false)
    }

    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn expect(&self, id: u64) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let at = self.start(id);
        debug_assert!(at < self.entries.len());
        // SAFETY: the place is within the table, and a prefetch reads nothing that the program sees.
        unsafe { _mm_prefetch(self.entries.as_ptr().add(at).cast(), _MM_HINT_T0) }
    }

    #[cfg(not(target_arch = "x86_64"))]
    #[inline(always)]
    fn expect(&self, _id: u64) {}
}
