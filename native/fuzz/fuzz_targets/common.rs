//! What a document gives, whole and in pieces.

use std::cell::RefCell;
use std::sync::Arc;

use headrig_front::plan::Format;
use headrig_front::rows::{Limits, Rows};
use headrig_front::scan::{Reject, Scanner, Sink};

#[derive(Default, PartialEq, Debug)]
pub struct Seen {
    rows: Vec<(u32, i64, u64, Vec<(u32, String)>)>,
    rejects: Vec<Reject>,
    counts: (u32, u32),
}

impl Sink for Seen {
    fn rows(&mut self, format: &Format, rows: &Rows) {
        for row in 0..rows.count {
            let text = |value| String::from_utf8(value).expect("UTF-8");
            let values = rows.values_of(format, row).map(|(slot, value)| (slot, text(value)));
            self.rows.push((
                rows.source_rows[row],
                rows.times[row],
                rows.hashes[row],
                values.collect(),
            ));
        }
    }
    fn rejects(&mut self, _: &Format, rejects: Vec<Reject>) {
        self.rejects.extend(rejects);
    }
}

thread_local! {
    static SCANNERS: RefCell<Option<[Scanner; 2]>> = const { RefCell::new(None) };
}

fn scan<'a>(scanner: &mut Scanner, pieces: impl Iterator<Item = &'a [u8]>) -> Seen {
    let mut seen = Seen::default();
    scanner.begin(0, None);
    for piece in pieces {
        scanner.write(piece, false, &mut seen);
    }
    scanner.write(b"", true, &mut seen);
    seen.counts = scanner.end(&mut seen);
    scanner.flush(&mut seen);
    seen
}

/// The first bytes say how the rest is cut. What is read must not depend on it. Of broken documents the raw text of a
/// reject may, and where a break is known; so rows are only compared when nothing is rejected.
pub fn check(format: &Arc<Format>, data: &[u8]) {
    let Some((cuts, text)) = data.split_first_chunk::<3>() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else { return };
    let text = text.as_bytes();
    SCANNERS.with_borrow_mut(|held| {
        // Their memory is much to make anew for each document.
        let [roomy, tight] = held.get_or_insert_with(|| {
            [
                Limits {
                    arena: 1 << 16,
                    slots: 1 << 14,
                },
                Limits { arena: 512, slots: 1 },
            ]
            .map(|limits| {
                let mut scanner = Scanner::new(format.clone(), limits);
                scanner.set_key(Some([1; 16]));
                scanner
            })
        });
        compare(roomy, tight, cuts, text);
    });
}

fn compare(roomy: &mut Scanner, tight: &mut Scanner, cuts: &[u8; 3], text: &[u8]) {
    let whole = scan(roomy, std::iter::once(text));
    let size = usize::from(cuts[0]) + 1;
    let pieces = scan(roomy, text.chunks(size));
    if whole.rejects.is_empty() || pieces.rejects.is_empty() {
        assert_eq!(whole, pieces);
    }
    let cut = (usize::from(cuts[1]) << 8 | usize::from(cuts[2])) % (text.len() + 1);
    let halves = scan(roomy, [&text[..cut], &text[cut..]].into_iter());
    if whole.rejects.is_empty() || halves.rejects.is_empty() {
        assert_eq!(whole, halves);
    }
    let tight = scan(tight, text.chunks(size));
    if tight.rejects.is_empty() {
        assert_eq!(whole, tight);
    }
}

pub fn format(text: &str) -> Arc<Format> {
    Arc::new(serde_json::from_str(text).expect("a plan"))
}
