//! Objects one after another, and what is noted of their rows.

use super::testing::{LARGE, Scanned, TIME, good, trail};
use super::{Scanner, Sink};
use crate::rows::Limits;

#[test]
fn an_object_can_be_undone() {
    let mut scanner = Scanner::new(
        trail(),
        Limits {
            arena: 1 << 16,
            slots: 1 << 20,
        },
    );
    let mut out = Scanned::default();
    scanner.begin(0, None);
    scanner.write(good("a").as_bytes(), true, &mut out);
    assert_eq!(scanner.end(&mut out), (1, 0));
    scanner.begin(1, None);
    scanner.write(
        format!("{}\n{{oops}}\n{{\"x\\u0061\":\"", good("b")).as_bytes(),
        false,
        &mut out,
    );
    assert!(scanner.undo());
    assert_eq!(scanner.end(&mut out), (0, 0));
    scanner.begin(2, None);
    scanner.tail(1000, &mut out)[3..6].copy_from_slice(b"{\"i");
    scanner.scan(3, 3, false, &mut out);
    let rest = format!("d\":\"c\",{TIME}}}");
    scanner.tail(rest.len() + 2, &mut out)[2..].copy_from_slice(rest.as_bytes());
    scanner.scan(2, rest.len(), true, &mut out);
    assert_eq!(scanner.end(&mut out), (1, 0));
    scanner.flush(&mut out);
    assert_eq!(out.values(1), ["a", "c"]);
    scanner.begin(3, None);
    scanner.write(good("d").as_bytes(), false, &mut out);
    scanner.flush(&mut out);
    assert!(!scanner.undo());
    assert_eq!(scanner.end(&mut out), (1, 0));
}

#[test]
fn fingerprints_are_of_the_raw_text_and_only_by_a_key() {
    struct Prints(Vec<[u64; 2]>);
    impl Sink for Prints {
        fn rows(&mut self, _: &crate::plan::Format, rows: &crate::rows::Rows) {
            self.0.extend(&rows.prints[..rows.count]);
        }
        fn rejects(&mut self, _: &crate::plan::Format, _: Vec<super::Reject>) {}
    }
    let prints = |key| {
        let mut scanner = Scanner::new(trail(), LARGE);
        let mut out = Prints(Vec::new());
        scanner.set_key(key);
        scanner.begin(0, None);
        scanner.write([good("a"), good("b"), good("a")].join("\n").as_bytes(), true, &mut out);
        scanner.end(&mut out);
        scanner.flush(&mut out);
        out.0
    };
    assert_eq!(prints(None), [[0; 2]; 3]);
    let one = prints(Some([1; 16]));
    assert!(one[0] == one[2] && one[0] != one[1] && one[0] != [0; 2]);
    assert_ne!(one, prints(Some([2; 16])));
}
