use std::io::{self, Write};

use super::prints::Seeded;
use crate::read::compression::{Compression, Hint, hint_of};
use crate::read::pieces::{Fault, Pieces, Source};
use crate::read::whole::{Inflater, Whole};

pub fn gzip(text: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(text)
        .and_then(|()| out.finish())
        .expect("memory is written to")
}
pub fn zstd(text: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(text, 1).expect("it is compressed")
}
/// Without the size of the content.
pub fn zstd_stream(text: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(text, 1).expect("it is compressed")
}
pub fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    out.write_all(text)
        .and_then(|()| out.finish())
        .expect("memory is written to")
}

const SKIPPABLE: [u8; 11] = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];

fn lines(count: usize, seed: u64) -> Vec<u8> {
    let mut random = Seeded(seed);
    (0..count)
        .flat_map(|i| format!("{{\"n\":{i},\"at\":{}}}\n", random.below(9999)).into_bytes())
        .collect()
}

fn at_once(stored: &[u8], room: usize) -> Result<Vec<u8>, Whole> {
    let mut text = vec![0; room];
    match Inflater::new().inflate(Compression::of(stored), stored, &mut text) {
        Whole::Text(len) => Ok(text[..len].to_vec()),
        failure => Err(failure),
    }
}

fn in_pieces(stored: &[u8], size: usize) -> (Vec<u8>, Option<String>) {
    let mut pieces = Pieces::new(Compression::of(stored), Source::Bytes(stored)).expect("it begins");
    let mut piece = vec![0; size];
    let mut text = Vec::new();
    loop {
        match pieces.next(&mut piece) {
            Ok(0) => return (text, None),
            Ok(len) => text.extend(&piece[..len]),
            Err(Fault::Corrupt(reason)) => return (text, Some(reason)),
            Err(Fault::Unread(error)) => panic!("{error}"),
        }
    }
}

fn is_whole(stored: &[u8], text: &[u8]) {
    assert_eq!(at_once(stored, text.len() + 1).as_deref(), Ok(text));
    for size in [1000, 1 << 20] {
        let (got, fault) = in_pieces(stored, size);
        assert_eq!(fault, None);
        assert!(got == text);
    }
}

fn is_broken(stored: &[u8], text: &[u8]) {
    assert!(at_once(stored, text.len() + 1).is_err());
    let (got, fault) = in_pieces(stored, 1000);
    assert!(fault.is_some());
    assert!(text.starts_with(&got));
}

#[test]
fn compressions_are_known_by_their_first_bytes() {
    assert_eq!(Compression::of(&gzip(b"")), Compression::Gzip);
    assert_eq!(Compression::of(&zstd(b"")), Compression::Zstd);
    assert_eq!(Compression::of(&bzip2(b"")), Compression::Bzip2);
    for head in ["", "B", "BZh", "BZh0", "{\"a\":1}", "\u{1f}"] {
        assert_eq!(Compression::of(head.as_bytes()), Compression::None);
    }
}

#[test]
fn members_streams_and_frames_follow_each_other() {
    let (a, b) = (lines(3000, 1), lines(20, 2));
    let all = [&a[..], &b, &a].concat();
    for pack in [gzip, zstd, zstd_stream, bzip2] {
        is_whole(&pack(&a), &a);
        is_whole(&pack(b""), b"");
        is_whole(&[pack(&a), pack(&b), pack(b""), pack(&a)].concat(), &all);
    }
    is_whole(
        &[&zstd(&a)[..], &SKIPPABLE, &zstd_stream(&b), &zstd(&a), &SKIPPABLE].concat(),
        &all,
    );
    is_whole(&[&gzip(&a)[..], &[0; 1000]].concat(), &a);
    is_whole(&[&gzip(&a)[..], &[0], b"nobody looks here"].concat(), &a);
    is_whole(&all, &all);
}

#[test]
fn what_is_behind_must_be_more_of_it() {
    let text = lines(500, 3);
    for pack in [gzip, zstd, zstd_stream, bzip2] {
        is_broken(&[&pack(&text)[..], b"\nno more"].concat(), &text);
        is_broken(&[&pack(&text)[..], b"x"].concat(), &text);
    }
    is_broken(&[&gzip(&text)[..], &[0x1f]].concat(), &text);
}

#[test]
fn what_is_cut_off_or_hurt_is_noticed() {
    let text = lines(300, 4);
    for pack in [gzip, zstd_stream, bzip2] {
        let stored = pack(&text);
        for at in (4..stored.len()).step_by(7) {
            is_broken(&stored[..at], &text);
        }
    }
    for pack in [gzip, bzip2] {
        let stored = pack(&text);
        for at in (10..stored.len()).step_by(11) {
            let mut hurt = stored.clone();
            hurt[at] ^= 0x10;
            // There are bits in bzip2 that nobody reads.
            let (got, fault) = in_pieces(&hurt, 1000);
            assert_eq!(at_once(&hurt, text.len() + 1).is_err(), fault.is_some());
            assert!(fault.is_some() || got == text);
        }
    }
    // Checksum and size of gzip.
    let (_, fault) = in_pieces(&gzip(&text)[..100], 1000);
    assert_eq!(
        fault.as_deref(),
        Some("corrupt gzip data near byte 100: unexpected end of file")
    );
}

#[test]
fn a_header_with_a_checksum_is_not_for_one_call() {
    let mut stored = gzip(b"x");
    stored[3] |= 2;
    assert_eq!(at_once(&stored, 10), Err(Whole::Broken));
}

#[test]
fn there_is_no_more_text_than_room() {
    let text = lines(100, 5);
    for pack in [gzip, zstd, zstd_stream, bzip2] {
        assert_eq!(
            at_once(&pack(&text), text.len()).as_deref().map(<[u8]>::len),
            Ok(text.len())
        );
        assert_eq!(at_once(&pack(&text), text.len() - 1), Err(Whole::TooLarge));
        assert_eq!(
            at_once(&[pack(&text), pack(b"y")].concat(), text.len()),
            Err(Whole::TooLarge)
        );
    }
    assert_eq!(at_once(&text, text.len() - 1), Err(Whole::TooLarge));
}

#[test]
fn hints_are_what_the_object_says() {
    let text = lines(100, 6);
    let size = Hint::Size(text.len() as u64);
    let hint = |stored: &[u8]| hint_of(Compression::of(stored), stored);
    assert_eq!(hint(&gzip(&text)), size);
    assert_eq!(hint(&zstd(&text)), size);
    assert_eq!(
        hint(&[&zstd(&text[..9])[..], &SKIPPABLE, &zstd(&text[9..])].concat()),
        size
    );
    assert_eq!(hint(&zstd_stream(&text)), Hint::Unknown);
    assert_eq!(hint(&bzip2(&text)), Hint::Unknown);
    for sizes in [255, 256, 65_791, 65_792] {
        assert_eq!(hint(&zstd(&vec![b'x'; sizes])), Hint::Size(sizes as u64));
    }
    let stored = zstd(&text);
    for at in 4..stored.len() {
        assert_eq!(hint(&stored[..at]), Hint::Broken);
    }
}

#[test]
fn frames_that_ask_for_too_much_are_refused() {
    let wide = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x03, 0x00, 0x00];
    let long = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, 0xfb, 0xff, 0xff, 0x20];
    // A single segment is its own window, here of 128 MiB and a byte.
    let single = [0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0x01, 0x00, 0x00, 0x08, 0x01, 0x00, 0x00];
    for frame in [&wide[..], &long, &single] {
        for stored in [frame.to_vec(), [&zstd(b"ok"), frame].concat()] {
            assert_eq!(hint_of(Compression::Zstd, &stored), Hint::Broken);
            assert!(in_pieces(&stored, 1 << 20).1.is_some());
        }
    }
    let narrow = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x88, 0x01, 0x00, 0x00];
    assert_eq!(hint_of(Compression::Zstd, &narrow), Hint::Unknown);
    is_whole(&narrow, b"");
}

#[test]
fn what_grows_without_end_is_stopped() {
    let member = gzip(&vec![0; 32 << 20]);
    let run = [0x02, 0x00, 0x10, 0x20];
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    for stored in [
        member.repeat(40),
        [&frame[..], &run.repeat(4000)].concat(),
        bzip2(&vec![0; 16 << 20]).repeat(20),
    ] {
        let mut pieces = Pieces::new(Compression::of(&stored), Source::Bytes(&stored)).expect("it begins");
        let mut piece = vec![0; 1 << 20];
        let mut given = 0;
        let reason = loop {
            match pieces.next(&mut piece) {
                Ok(0) => panic!("it ended"),
                Ok(len) => given += len,
                Err(Fault::Corrupt(reason)) => break reason,
                Err(Fault::Unread(error)) => panic!("{error}"),
            }
        };
        assert!(given <= 320 << 20);
        let wanted = format!(
            "stopped after {given} bytes: the object grows more than 200 times its size, like a decompression bomb"
        );
        assert_eq!(reason, wanted);
    }
}

#[test]
fn many_small_members_take_no_longer_than_few() {
    let stored = [gzip(b"x").repeat(100_000), gzip(b"")].concat();
    is_whole(&stored, &[b'x'; 100_000]);
}

#[test]
fn what_cannot_be_read_is_not_called_corrupt() {
    // A directory can be opened, but not read.
    for compression in [
        Compression::None,
        Compression::Gzip,
        Compression::Zstd,
        Compression::Bzip2,
    ] {
        let folder = std::fs::File::open(std::env::temp_dir()).expect("there is one");
        let mut pieces = Pieces::new(compression, Source::File(folder)).expect("it begins");
        let Err(Fault::Unread(error)) = pieces.next(&mut [0; 10]) else {
            panic!("it was read")
        };
        assert_eq!(error.kind(), io::ErrorKind::IsADirectory);
    }
}
