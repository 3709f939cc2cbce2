use std::fs;
use std::path::PathBuf;

use super::inflating::{bzip2, gzip, zstd, zstd_stream};
use super::plans::{FLOW, Reading, flows, formats, hello, hellos};
use super::texts::utf16;
use crate::read::{Outcome, Stored};

/// A large one, so that a whole object fits.
const ARENA: usize = 1 << 22;
/// Objects of megabytes come in pieces, and do not fit at once.
const SMALL: usize = 1 << 16;
const LARGE: u64 = 1 << 40;

fn done(outcome: &Outcome) -> (Option<&str>, &str, u32, u32) {
    (outcome.format.as_deref(), outcome.state, outcome.rows, outcome.rejected)
}

#[test]
fn objects_are_read_in_any_compression_whole_or_in_pieces() {
    for count in [3, 9000] {
        let text = hellos(count);
        let cut = text.len() / 3;
        let parts = |pack: fn(&[u8]) -> Vec<u8>| [pack(&text[..cut]), pack(&text[cut..])].concat();
        let marked = ["\u{feff}".as_bytes(), &text].concat();
        let objects = [
            text.clone(),
            marked.clone(),
            gzip(&text),
            gzip(&marked),
            parts(gzip),
            [parts(gzip), vec![0; 600]].concat(),
            zstd(&text),
            zstd_stream(&text),
            parts(zstd),
            bzip2(&text),
            parts(bzip2),
        ];
        for arena in [SMALL, ARENA] {
            let mut reading = Reading::new(arena);
            for (i, object) in objects.iter().enumerate() {
                // The first of them is not yet inflated in place.
                for outcome in [reading.read(object), reading.read_file(object, object.len() as u64)] {
                    assert_eq!(done(&outcome), (Some("hello"), "done", count as u32, 0), "object {i}");
                    assert_eq!(outcome.reason.as_deref(), Some("has `said`"));
                    assert_eq!(outcome.error, None);
                    assert!(outcome.text_bytes.abs_diff(text.len() as u64) <= 3);
                }
                let outcome = reading.read_file(object, LARGE);
                assert_eq!(done(&outcome), (Some("hello"), "done", count as u32, 0), "object {i}");
            }
            assert_eq!(reading.flush(), objects.len() * 3 * count);
            assert!(reading.rejects().is_empty());
        }
    }
}

#[test]
fn a_file_may_have_grown_since_it_was_listed() {
    let mut reading = Reading::new(ARENA);
    for size in [0, 10, 100_000] {
        assert_eq!(reading.read_file(&gzip(&hellos(5)), size).rows, 5);
    }
    let mut reading = Reading::new(64 << 20);
    // Larger than what is read at once.
    let text = hellos(300_000);
    assert_eq!(reading.read_file(&text, 1 << 20).rows, 300_000);
}

#[test]
fn encodings_are_told() {
    let text = String::from_utf8(hellos(2000)).expect("UTF-8");
    let mut broken = hellos(2000);
    let at = broken.iter().position(|&byte| byte == 0xc3).expect("there is an `é`");
    broken[at] = 0xff;
    let utf = Some("decoded from UTF-16");
    let replaced = Some("bytes that are no UTF-8 were replaced by U+FFFD");
    for arena in [SMALL, ARENA] {
        let mut reading = Reading::new(arena);
        for pack in [|text: &[u8]| text.to_vec(), gzip, zstd] {
            for (bytes, note) in [
                (utf16(&format!("\u{feff}{text}"), false), utf),
                (utf16(&format!("\u{feff}{text}"), true), utf),
                (broken.clone(), replaced),
                (text.clone().into_bytes(), None),
            ] {
                let outcome = reading.read(&pack(&bytes));
                assert_eq!(done(&outcome), (Some("hello"), "done", 2000, 0));
                assert_eq!(outcome.error.as_deref(), note);
                assert_eq!(reading.read_file(&pack(&bytes), LARGE).error.as_deref(), note);
            }
        }
    }
}

#[test]
fn objects_in_which_there_is_nothing_to_read_are_accounted_for() {
    let mut reading = Reading::new(ARENA);
    reading.read(&gzip(&hellos(1)));
    for object in [
        vec![],
        b"\xef\xbb\xbf".to_vec(),
        b"\xff\xfe".to_vec(),
        gzip(b""),
        zstd(b""),
        bzip2(b""),
    ] {
        for outcome in [reading.read(&object), reading.read_file(&object, LARGE)] {
            assert_eq!(done(&outcome), (None, "skipped", 0, 0));
            assert_eq!(outcome.error.as_deref(), Some("the object is empty"));
        }
    }
    for object in [
        b"no log at all".to_vec(),
        gzip(b"no log at all"),
        bzip2(b"no log at all"),
    ] {
        let outcome = reading.read(&object);
        assert_eq!(done(&outcome), (None, "done", 0, 1));
        let why = "no log type fits: hello: no `said`; flow: no flow";
        assert_eq!(outcome.error, Some(format!("{why}; name one with --format")));
        let rejects = reading.rejects();
        assert_eq!(rejects.len(), 1);
        assert_eq!(rejects[0]["reason"], why);
        assert_eq!(rejects[0]["raw"], "no log at all");
        assert_eq!(rejects[0]["format"], serde_json::Value::Null);
    }
    let digest = gzip(&hellos(9));
    let source = Stored::Bytes(&digest);
    let outcome = reading.try_read("a/Digest", 9, source).expect("it is read");
    assert_eq!(done(&outcome), (Some("hello"), "skipped", 0, 0));
    assert_eq!(outcome.error.as_deref(), Some("a digest"));
    let outcome = reading
        .try_read("flow", 9, Stored::Bytes(b"PAR1\xff....PAR1"))
        .expect("it is read");
    assert_eq!(done(&outcome), (Some("flow"), "parquet", 0, 0));
    assert_eq!(reading.flush(), 1);
}

#[test]
fn log_types_may_change_from_object_to_object() {
    let mut reading = Reading::new(ARENA);
    for _ in 0..3 {
        assert_eq!(done(&reading.read(&gzip(&hellos(7)))), (Some("hello"), "done", 7, 0));
        assert_eq!(done(&reading.read(&gzip(&flows(5)))), (Some("flow"), "done", 5, 0));
        assert_eq!(done(&reading.read(&flows(5))), (Some("flow"), "done", 5, 0));
        assert_eq!(reading.read(&gzip(b"nothing")).rejected, 1);
    }
    assert_eq!(reading.flush(), 3 * 17);
    let folder = &reading.folder.0;
    assert!(reading.told.files.iter().all(|(_, file)| file.path.starts_with(folder)));
}

#[test]
fn a_format_can_be_asked_for() {
    let mut reading = Reading::with(ARENA, |batch| {
        batch.format = Some(formats()[FLOW].id.clone());
        batch.fields = Some(["start", "action", "srcaddr"].map(str::to_owned).to_vec());
    });
    for pack in [|text: &[u8]| text.to_vec(), gzip] {
        let outcome = reading.read(&pack(b"1705305600 OK 10.0.0.1\n"));
        assert_eq!(done(&outcome), (Some("flow"), "done", 1, 0));
        assert_eq!(outcome.reason.as_deref(), Some("it was asked for"));
    }
    assert_eq!(done(&reading.read(&hellos(1))), (Some("flow"), "done", 0, 1));
}

#[test]
fn what_is_corrupt_is_undone_and_left_to_the_portable_front() {
    let stored = gzip(&hellos(9000));
    let mut hurt = stored.clone();
    let at = stored.len() - 60;
    hurt[at..at + 40].fill(0xff);
    let mut crc = stored.clone();
    let at = stored.len() - 6;
    crc[at] ^= 1;
    let objects = [
        stored[..stored.len() / 2].to_vec(),
        stored[..stored.len() - 1].to_vec(),
        hurt,
        crc,
        [&stored[..], b"no gzip"].concat(),
        zstd(&hellos(9000))[..3000].to_vec(),
        [zstd_stream(&hellos(9000)), b"no zstd".to_vec()].concat(),
        bzip2(&hellos(9000))[..3000].to_vec(),
        vec![0x1f, 0x8b, 0, 0, 0],
        gzip(b"")[..12].to_vec(),
        // Asks for a window of two gigabytes.
        vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x03, 0x00, 0x00],
    ];
    let mut reading = Reading::new(ARENA);
    for _ in 0..2 {
        for (i, object) in objects.iter().enumerate() {
            for outcome in [reading.read(object), reading.read_file(object, LARGE)] {
                assert_eq!(done(&outcome), (None, "portable", 0, 0), "object {i}");
            }
        }
        assert_eq!(reading.read(&stored).rows, 9000);
    }
    assert_eq!(reading.flush(), 18_000);
    assert!(reading.rejects().is_empty());
}

#[test]
fn what_was_written_before_a_fault_stays() {
    let stored = gzip(&hellos(100_000));
    let mut reading = Reading::new(SMALL);
    let outcome = reading.read(&stored[..stored.len() / 2]);
    assert_eq!((outcome.format.as_deref(), outcome.state), (Some("hello"), "done"));
    assert!(outcome.rows > 40_000 && outcome.rows < 60_000);
    let reason = outcome.error.expect("it is told");
    assert_eq!(
        reason,
        format!(
            "corrupt gzip data near byte {}: unexpected end of file",
            stored.len() / 2
        )
    );
    let rows = outcome.rows as usize;
    let rejects = reading.rejects();
    assert_eq!(outcome.rejected as usize, rejects.len());
    assert_eq!(
        rejects.last().map(|reject| reject["reason"].as_str()),
        Some(Some(reason.as_str()))
    );
    assert_eq!(reading.read(&gzip(&hellos(3))).rows, 3);
    assert_eq!(reading.flush(), rows + 3);
}

#[test]
fn bombs_are_stopped() {
    let member = gzip(&b" ".repeat(16 << 20));
    let stored = [gzip(&hellos(2000)), member.repeat(30)].concat();
    let mut reading = Reading::new(SMALL);
    let outcome = reading.read(&stored);
    assert_eq!(outcome.rows, 2000);
    assert!(outcome.error.is_some_and(|error| error.contains("decompression bomb")));
}

#[test]
fn what_cannot_be_read_says_why_in_the_words_of_node() {
    let mut reading = Reading::new(ARENA);
    let mut failure = |path: PathBuf, size| {
        let outcome = reading
            .try_read("x", size, Stored::Path(path))
            .expect("it is no fault of the batch");
        assert_eq!(done(&outcome), (None, "failed", 0, 0));
        (outcome.error.unwrap_or_default(), outcome.failure)
    };
    for size in [9, LARGE] {
        let (error, kind) = failure("/no/such/file".into(), size);
        assert_eq!(error, "ENOENT: no such file or directory, open '/no/such/file'");
        assert_eq!(kind, Some("not-found"));
        let (error, kind) = failure(std::env::temp_dir(), size);
        assert_eq!(error, "EISDIR: illegal operation on a directory, read");
        assert_eq!(kind, Some("not-found"));
        let (error, kind) = failure("/dev/null/x".into(), size);
        assert_eq!(error, "ENOTDIR: not a directory, open '/dev/null/x'");
        assert_eq!(kind, Some("unavailable"));
    }
}

#[test]
fn rejects_are_lines_of_json() {
    let mut reading = Reading::new(ARENA);
    let text = format!("{}nonsense\u{1f}\u{2028}\"\\\n{}{{\"at\":", hello(1), hello(2));
    let outcome = reading.read(text.as_bytes());
    assert_eq!(done(&outcome), (Some("hello"), "done", 2, 2));
    let path = reading.reader.rejects().expect("there are some");
    assert_eq!(path, reading.folder.0.join("w0-0-0.rejects"));
    let lines = fs::read_to_string(&path).expect("they are text");
    let first = "{\"format\":\"hello\",\"source_object\":\"file:///object\",\"source_row\":2,\
                 \"reason\":\"not valid JSON\",\"raw\":\"nonsense\\u001f\u{2028}\\\"\\\\\\n\"}";
    assert_eq!(lines.lines().next(), Some(first));
    // The reasons that this reader was given have no number 1.
    assert!(lines.contains("\"reason\":\"cannot be read\""));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(reading.reader.rejects(), None);
    reading.read(b"nothing");
    assert_eq!(reading.reader.rejects(), Some(reading.folder.0.join("w0-0-1.rejects")));
}

#[test]
fn many_small_members_stream() {
    let stored: Vec<u8> = (0..20_000).flat_map(|i| gzip(hello(i).as_bytes())).collect();
    for arena in [SMALL, ARENA] {
        let mut reading = Reading::new(arena);
        assert_eq!(reading.read(&stored).rows, 20_000);
        assert_eq!(reading.flush(), 20_000);
    }
}
