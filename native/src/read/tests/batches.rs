use std::fs;
use std::io::ErrorKind;
use std::thread;

use super::inflating::gzip;
use super::plans::{Reading, copies, flows, hello, hellos};
use crate::read::Stored;

const ARENA: usize = 1 << 22;

#[test]
fn copies_are_left_out() {
    let mut reading = Reading::with(ARENA, |batch| batch.copies = copies(1 << 20));
    let again = [hellos(10), hello(3).replace("said", "sung").into_bytes()].concat();
    assert_eq!(reading.read(&gzip(&hellos(10))).rows, 10);
    assert_eq!(reading.read(&gzip(&again)).rows, 11);
    assert_eq!(reading.read(&[flows(4), flows(4)].concat()).rows, 8);
    // Of the first object 10, of the second the one that says something else under an id that was there.
    assert_eq!(reading.flush(), 10 + 1 + 4);
    assert_eq!(reading.told.repeats, [(1, 10), (2, 4)].into());
    assert_eq!(reading.told.ids, ["i3"]);
    // After a flush the batch goes on.
    reading.read(&hellos(5));
    assert_eq!(reading.flush(), 15);
    reading.begin(|batch| batch.copies = copies(1 << 20));
    reading.read(&hellos(5));
    assert_eq!(reading.flush(), 5);
    reading.begin(|_| {});
    reading.read(&[hellos(5), hellos(5)].concat());
    assert_eq!(reading.flush(), 10);
}

#[test]
fn threads_find_copies_of_each_other() {
    let shared = copies(16 << 20);
    let threads: Vec<_> = (0..2)
        .map(|_| {
            let shared = shared.clone();
            thread::spawn(move || {
                let mut reading = Reading::with(1 << 18, |batch| batch.copies = shared);
                for from in 0..50 {
                    let text: Vec<u8> = (from * 500..from * 500 + 600)
                        .flat_map(|i| hello(i).into_bytes())
                        .collect();
                    assert_eq!(reading.read(&gzip(&text)).rows, 600);
                }
                let repeats: u32 = {
                    reading.flush();
                    reading.told.repeats.values().sum()
                };
                (reading.told.rows, repeats as usize)
            })
        })
        .collect();
    let told: Vec<_> = threads
        .into_iter()
        .map(|thread| thread.join().expect("it ends"))
        .collect();
    assert_eq!(told.iter().map(|(rows, _)| rows).sum::<usize>(), 50 * 500 + 100);
    assert_eq!(
        told.iter().map(|(rows, repeats)| rows + repeats).sum::<usize>(),
        2 * 50 * 600
    );
    assert!(shared.is_some_and(|(table, _)| table.complete()));
}

#[test]
fn what_a_batch_left_behind_is_forgotten() {
    let mut reading = Reading::new(ARENA);
    reading.read(&hellos(100));
    reading.begin(|_| {});
    reading.read(&hellos(3));
    assert_eq!(reading.flush(), 3);
    assert_eq!(reading.reader.rejects(), None);
}

#[test]
fn a_folder_that_cannot_be_written_to_ends_the_batch() {
    let mut reading = Reading::new(1 << 16);
    fs::remove_dir_all(&reading.folder.0).expect("it is removed");
    let text = hellos(9000);
    let error = reading
        .try_read("x", 9, Stored::Bytes(&text))
        .expect_err("nothing can be written");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    // And there is no way back into it.
    assert!(reading.try_read("x", 9, Stored::Bytes(b"")).is_err());
    assert!(reading.reader.flush(&mut reading.told).is_err());
    fs::create_dir_all(&reading.folder.0).expect("it is made");
    reading.begin(|_| {});
    reading.read(&hellos(3));
    assert_eq!(reading.flush(), 3);

    fs::remove_dir_all(&reading.folder.0).expect("it is removed");
    assert!(reading.try_read("x", 9, Stored::Bytes(b"no log")).is_err());
}

#[test]
fn reading_can_be_cancelled() {
    let mut reading = Reading::new(1 << 16);
    reading.told.cancel = true;
    let text = hellos(9000);
    let error = reading
        .try_read("x", 9, Stored::Bytes(&text))
        .expect_err("it is cancelled");
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[test]
fn a_panic_ends_the_batch_when_rows_are_lost_by_it() {
    let mut reading = Reading::new(1 << 16);
    reading.read(&hellos(9));
    reading.told.panic = true;
    let text = hellos(9000);
    let error = reading
        .try_read("x", 9, Stored::Bytes(&text))
        .expect_err("it is of the batch");
    assert_eq!(error.kind(), ErrorKind::Other);
    // Whoever looks for the bug is told what it said.
    assert!(error.to_string().contains("as it was told to"), "{error}");
    reading.begin(|_| {});
    assert_eq!(reading.read(&hellos(3)).rows, 3);
    reading.told.panic = true;
    assert!(reading.reader.flush(&mut reading.told).is_err());
    reading.begin(|_| {});
    assert_eq!(reading.read(&gzip(&hellos(3))).rows, 3);
    assert_eq!(reading.flush(), 3);
}

#[test]
fn a_format_that_is_unknown_here_is_left_to_the_portable_front() {
    let mut reading = Reading::with(ARENA, |batch| batch.format = Some("other".to_owned()));
    assert_eq!(reading.read(&hellos(1)).state, "portable");
}

#[test]
fn outcomes_are_told_as_the_portable_front_tells_them() {
    let mut reading = Reading::new(ARENA);
    let done = serde_json::to_string(&reading.read(&hellos(1))).expect("it is JSON");
    let bytes = hellos(1).len();
    let wanted = format!(
        "{{\"index\":0,\"format\":\"hello\",\"rows\":1,\"rejected\":0,\"state\":\"done\",\"reason\":\"has `said`\",\"textBytes\":{bytes}}}"
    );
    assert_eq!(done, wanted);
    let empty = serde_json::to_string(&reading.read(b"")).expect("it is JSON");
    assert!(
        empty.starts_with("{\"index\":1,\"format\":null,\"rows\":0,\"rejected\":0,\"state\":\"skipped\",\"error\":")
    );
}
