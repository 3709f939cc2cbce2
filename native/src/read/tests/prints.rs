use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::thread;

use crate::read::fingerprints::{Fingerprints, Meeting};

/// Numbers that look random and are the same each time.
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let a = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ a >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        b ^ b >> 31
    }
    pub fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }
}

/// As large as so many stored bytes may need.
fn table_for(stored: u64) -> Fingerprints {
    let table = Fingerprints::new(128 << 20);
    table.begin(stored);
    table
}

fn meet(table: &Fingerprints, ids: &[u64], prints: &[[u64; 2]]) -> Vec<Meeting> {
    meet_of(table, ids, prints, u64::MAX)
}

fn meet_of(table: &Fingerprints, ids: &[u64], prints: &[[u64; 2]], stored: u64) -> Vec<Meeting> {
    let mut met = Vec::new();
    table.add(ids, prints, stored, &mut |row, meeting| {
        assert_eq!(row, met.len());
        met.push(meeting);
    });
    met
}

#[test]
fn records_meet_as_in_sets() {
    let mut random = Seeded(1);
    for most in [10, 1000, 1_000_000] {
        // Of 1,000,000 keys most are new: they fill the first level and go to the second.
        let table = table_for(1 << 16);
        let mut seen: HashMap<u64, HashSet<[u64; 2]>> = HashMap::new();
        for _ in 0..20 {
            let count = random.below(400);
            let keys: Vec<u64> = (0..count).map(|_| random.below(most) as u64).collect();
            let ids: Vec<u64> = keys.iter().map(|key| key.wrapping_mul(0x9e37_79b9_7f4a_7c15)).collect();
            let prints: Vec<[u64; 2]> = keys
                .iter()
                .map(|&key| [key << 1 | 1, if random.below(4) == 0 { 7 } else { key }])
                .collect();
            for (i, meeting) in meet(&table, &ids, &prints).into_iter().enumerate() {
                let before = seen.entry(ids[i]).or_default();
                let wanted = match (before.contains(&prints[i]), before.is_empty()) {
                    (true, _) => Meeting::Again,
                    (_, true) => Meeting::New,
                    _ => Meeting::SameId,
                };
                before.insert(prints[i]);
                assert_eq!(meeting, wanted);
            }
        }
        assert!(table.complete());
    }
}

#[test]
fn a_full_table_says_so() {
    let table = table_for(0);
    let mut random = Seeded(2);
    let ids: Vec<u64> = (0..4000).map(|_| random.next()).collect();
    let prints: Vec<[u64; 2]> = ids.iter().map(|&id| [id | 1, id]).collect();
    // 4096 places, 13 of 16 of which are taken.
    assert_eq!(meet(&table, &ids[..3328], &prints[..3328]), vec![Meeting::New; 3328]);
    assert!(table.complete());
    meet(&table, &ids, &prints);
    assert!(!table.complete());
    assert_eq!(meet(&table, &ids[..9], &prints[..9]), vec![Meeting::Again; 9]);
    table.begin(0);
    assert!(table.complete());
    assert_eq!(meet(&table, &ids[..9], &prints[..9]), vec![Meeting::New; 9]);
}

#[test]
fn ids_that_crowd_one_place_end_in_bounded_time() {
    let table = table_for(1 << 20);
    let ids: Vec<u64> = (0..3000).collect();
    let prints = vec![[1, 1]; 3000];
    let met = meet(&table, &ids, &prints);
    assert_eq!(met[..2048], vec![Meeting::New; 2048]);
    assert!(!table.complete());
}

#[test]
fn memory_is_used_again_whatever_its_size() {
    let table = table_for(1 << 20);
    for stored in [1 << 20, 1 << 18, 1 << 17, 1 << 21, u64::MAX, 0] {
        table.begin(stored);
        // What was there before is forgotten.
        assert_eq!(meet(&table, &[7], &[[7, 7]]), [Meeting::New], "{stored}");
    }
}

#[test]
fn memory_has_a_limit() {
    let table = Fingerprints::new(1 << 17);
    table.begin(u64::MAX);
    let mut random = Seeded(4);
    let ids: Vec<u64> = (0..8192).map(|_| random.next()).collect();
    let prints: Vec<[u64; 2]> = ids.iter().map(|&id| [id | 1, id]).collect();
    meet(&table, &ids[..6000], &prints[..6000]);
    assert!(table.complete());
    meet(&table, &ids[6000..], &prints[6000..]);
    assert!(!table.complete());
}

#[test]
fn threads_share_a_batch() {
    let table = Arc::new(table_for(4 << 20));
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let table = Arc::clone(&table);
            thread::spawn(move || {
                let mut random = Seeded(3);
                let mut fresh = 0;
                for _ in 0..100 {
                    let ids: Vec<u64> = (0..1000).map(|_| random.next()).collect();
                    let prints: Vec<[u64; 2]> = ids.iter().map(|&id| [id, !id]).collect();
                    let met = meet(&table, &ids, &prints);
                    fresh += met.iter().filter(|&&meeting| meeting == Meeting::New).count();
                    assert!(met.iter().all(|&meeting| meeting != Meeting::SameId));
                }
                fresh
            })
        })
        .collect();
    let fresh: usize = threads.into_iter().map(|thread| thread.join().expect("it ends")).sum();
    assert_eq!(fresh, 100_000);
}
