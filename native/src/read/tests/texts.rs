use super::prints::Seeded;
use crate::read::text::{Text, Utf8Pieces, to_utf8};

const REPLACED: Option<&str> = Some("bytes that are no UTF-8 were replaced by U+FFFD");
const FROM_UTF16: Option<&str> = Some("decoded from UTF-16");

fn whole(bytes: &[u8]) -> (Vec<u8>, Option<&'static str>) {
    match to_utf8(bytes) {
        Text::Plain { skip } => (bytes[skip..].to_vec(), None),
        Text::Decoded { text, note } => (text.into_bytes(), Some(note)),
    }
}

fn in_pieces(pieces: &[&[u8]]) -> (Vec<u8>, Option<&'static str>) {
    let mut decoder = Utf8Pieces::new();
    let mut text = Vec::new();
    for piece in pieces {
        let got = decoder.write(piece, false).to_vec();
        assert!(std::str::from_utf8(&got).is_ok());
        text.extend(got);
    }
    text.extend(decoder.write(&[], true));
    (text, decoder.note)
}

pub fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
        .collect()
}

#[test]
fn marks_and_encodings() {
    assert_eq!(whole(b""), (vec![], None));
    assert_eq!(whole("\u{feff}a\u{feff}".as_bytes()), ("a\u{feff}".into(), None));
    assert_eq!(whole("\u{feff}\u{feff}a".as_bytes()), ("\u{feff}a".into(), None));
    for big in [false, true] {
        let bytes = utf16("\u{feff}{\"é漢😀\"}\n\u{feff}", big);
        assert_eq!(whole(&bytes), ("{\"é漢😀\"}\n\u{feff}".into(), FROM_UTF16));
    }
    // What Node's decoder makes of halves: one U+FFFD for what is left at the end, whatever it is.
    for (bytes, wanted) in [
        (&[0xff, 0xfe, 0x41, 0, 0x42][..], "A\u{fffd}"),
        (&[0xff, 0xfe, 0x41, 0, 0x3d, 0xd8], "A\u{fffd}"),
        (&[0xff, 0xfe, 0x3d, 0xd8, 0x41, 0], "\u{fffd}A"),
        (&[0xff, 0xfe, 0x00, 0xdc, 0x41, 0], "\u{fffd}A"),
        (&[0xff, 0xfe, 0x3d, 0xd8, 0x3d, 0xd8, 0x00, 0xde], "\u{fffd}😀"),
        (&[0xff, 0xfe, 0x3d, 0xd8, 0x41], "\u{fffd}"),
        (&[0xfe, 0xff, 0xd8, 0x3d, 0], "\u{fffd}"),
    ] {
        assert_eq!(whole(bytes), (wanted.into(), FROM_UTF16));
    }
}

#[test]
fn what_is_no_utf8_is_replaced_once_for_each_part_of_a_character() {
    let bytes = [0x61, 0xc3, 0x28, 0xe2, 0x82, 0x62, 0xff, 0xed, 0xa0, 0x80];
    let wanted = ("a\u{fffd}(\u{fffd}b\u{fffd}\u{fffd}\u{fffd}\u{fffd}".into(), REPLACED);
    assert_eq!(whole(&bytes), wanted);
    for at in 0..=bytes.len() {
        assert_eq!(in_pieces(&[&bytes[..at], &bytes[at..]]), wanted);
    }
}

#[test]
fn pieces_are_what_the_whole_is() {
    const BYTES: [u8; 14] = [
        0xef, 0xbb, 0xbf, 0xff, 0xfe, 0xf0, 0x9f, 0x98, 0x80, 0xc3, 0xa9, 0x41, 0xed, 0xa0,
    ];
    let mut random = Seeded(4);
    for _ in 0..20_000 {
        let mut bytes = match random.below(6) {
            0 => "\u{feff}".as_bytes().to_vec(),
            1 => vec![0xff, 0xfe],
            2 => vec![0xfe, 0xff],
            _ => vec![],
        };
        for _ in 0..random.below(12) {
            match random.below(3) {
                0 => bytes.extend(
                    "é漢😀x"
                        .chars()
                        .nth(random.below(4))
                        .map(String::from)
                        .unwrap_or_default()
                        .bytes(),
                ),
                1 => bytes.push(BYTES[random.below(BYTES.len())]),
                _ => bytes.push(random.next() as u8),
            }
        }
        let mut pieces = Vec::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (piece, behind) = rest.split_at(random.below(rest.len() + 1));
            pieces.push(piece);
            rest = behind;
        }
        assert_eq!(in_pieces(&pieces), whole(&bytes), "{bytes:x?}");
    }
}
