//! Lines of fields, with headers and without.

use super::Scanner;
use super::testing::{LARGE, SMALL, Scanned, check_pieces, flow, scan, scan_pieces};

const LINE: &str = "2 192.0.2.1 840 1705305600 ACCEPT";

#[test]
fn fields_go_to_their_slots() {
    let out = scan(
        &flow(),
        &format!("{LINE}\r\n\n2 - - 0 -  \n-1 x 12345678901234567 -1 y z"),
    );
    assert_eq!(out.rows.len(), 2);
    assert!(out.rows[0].starts_with("1 1705305600000000 "));
    assert!(out.rows[0].ends_with("|0=2|1=192.0.2.1|2=840|3=1705305600|4=ACCEPT"));
    assert!(out.rows[1].ends_with("|0=2|3=0"));
    assert_eq!(out.rejects, ["3 6 -1 x 12345678901234567 -1 y z"]);
}

#[test]
fn lines_that_do_not_fit_are_rejected() {
    let text =
        format!("{LINE}\n2 a b 1 c\n2 a 1 - c\n2 a 1 99999999999999 c\n2 a 1 +1 c\nx\n2\n{LINE}\n2147483648 a 1 1 c");
    let out = scan(&flow(), &text);
    let reasons: Vec<&str> = out.rejects.iter().map(|r| &r[..3]).collect();
    assert_eq!(reasons, ["2 8", "3 5", "4 7", "5 8", "6 6", "7 6", "9 8"]);
    assert_eq!(out.rows.len(), 2);
    check_pieces(&flow(), LARGE, &text);
    check_pieces(&flow(), SMALL, &text);
}

#[test]
fn a_header_tells_the_order() {
    let text =
        "start  src odd\n1 a b\nsrc start start\n\nc 2 3\nversion x y\nversion\n2024-01-15T08:00:00.000Z d 4 5\nfd 1 ";
    let out = scan(&flow(), text);
    assert_eq!(out.values(1), ["a", "c", "d"]);
    assert_eq!(
        out.values(5),
        [r#"{"odd":"b"}"#, r#"{"start":"3"}"#, r#"{"start":"5"}"#]
    );
    assert_eq!(out.rejects, ["3 8 version x y", "4 6 version", "6 6 fd 1"]);
    check_pieces(&flow(), LARGE, text);
    check_pieces(&flow(), SMALL, text);
}

#[test]
fn an_order_can_be_asked_for() {
    let order = ["start", "src", "src"].map(str::to_owned);
    let mut scanner = Scanner::new(flow(), LARGE);
    let mut out = Scanned::default();
    scanner.begin(0, Some(&order));
    scanner.write(b"1 a \"b\"\nsrc start\nc 2", true, &mut out);
    assert_eq!(scanner.end(&mut out), (2, 0));
    scanner.begin(1, None);
    scanner.write(LINE.as_bytes(), true, &mut out);
    scanner.flush(&mut out);
    assert_eq!(out.values(1), ["a", "c", "192.0.2.1"]);
    assert_eq!(out.values(5), [r#"{"src":"\"b\""}"#, "?", "?"]);
    for odd in [vec![], vec!["x".to_owned(); 200]] {
        scanner.begin(2, Some(&odd));
        scanner.write(format!("{LINE}\n\n1\n{}", "1 ".repeat(200)).as_bytes(), true, &mut out);
        assert_eq!(scanner.end(&mut out), (0, 3));
    }
}

#[test]
fn lines_longer_than_the_arena_are_rejected() {
    for len in [3000, 4000, 4096, 5000, 100_000] {
        let text = format!("{LINE}\n{}\n{LINE}\n", "1 ".repeat(len / 2));
        for size in [1, 100, 1021, 4096] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let out = scan_pieces(&flow(), SMALL, &pieces);
            assert_eq!(out.rows.len(), 2);
            assert_eq!(out.rejects.len(), 1);
            assert!(out.rejects[0].starts_with(if len > 4000 {
                "2 a record longer than 3072 bytes"
            } else {
                "2 "
            }));
        }
    }
}

#[test]
fn many_rows_and_rejects_are_handed_over_as_they_come() {
    let text = format!("{LINE}\nx\nstart\n2 a\n").repeat(5000);
    let out = scan_pieces(&flow(), SMALL, &[text.as_bytes()]);
    assert_eq!((out.rows.len(), out.rejects.len()), (5000, 15_000));
    assert_eq!(out.counts, (5000, 15_000));
}
