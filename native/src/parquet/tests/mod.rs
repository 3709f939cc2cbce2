//! What is written, read back by another reader, against a plain model of it.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::Writer;
use crate::plan::{Format, Leaf, NO_SLOT, Physical};
use crate::rows::Rows;
use model::{Value, entries, facts_of, spelled};
use rows::*;

mod model;
mod read;
mod rows;

const INGESTED_AT: i64 = 1_705_000_000_123;
const DAY: i64 = 86_400_000_000;

struct Folder(PathBuf);
impl Folder {
    fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("headrig-parquet-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&path).expect("a folder");
        Folder(path)
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Writes the rows and compares every leaf of every file with the model.
fn check(writer: &mut Writer, format: &Format, rows: &Rows, left_out: Option<&[bool]>) {
    let folder = Folder::new();
    let written = writer
        .write(format, rows, left_out, &facts_of, &folder.0, INGESTED_AT)
        .expect("files");
    let mut days: BTreeMap<i64, Vec<u32>> = BTreeMap::new();
    for row in (0..rows.count).filter(|&row| !left_out.is_some_and(|left| left[row])) {
        days.entry(rows.times[row].div_euclid(DAY))
            .or_default()
            .push(row as u32);
    }
    assert_eq!(
        written.iter().map(|f| f.day).collect::<Vec<_>>(),
        days.keys().copied().collect::<Vec<_>>()
    );
    for (file, mut order) in written.iter().zip(days.into_values()) {
        order.sort_by_key(|&row| rows.times[row as usize]);
        let meta = std::fs::metadata(&file.path).expect("a file");
        assert_eq!((meta.len(), meta.permissions().mode() & 0o777), (file.size, 0o600));
        assert_eq!(file.rows, order.len());
        assert_eq!(file.min_time, rows.times[order[0] as usize].to_string());
        assert_eq!(file.max_time, rows.times[order[order.len() - 1] as usize].to_string());
        let any = |leaf: &Leaf| !entries(leaf, rows, &order, INGESTED_AT).values.is_empty();
        for (i, column) in format.columns.iter().enumerate() {
            let there = file.columns.contains(&i);
            assert!(
                there || column.optional && !column.leaves.iter().any(any),
                "column {i} is missing"
            );
        }
        let leaves: Vec<&Leaf> = file
            .columns
            .iter()
            .flat_map(|&column| &format.columns[column].leaves)
            .collect();
        assert_eq!(leaves.len(), file.chunks.len());
        let mut at = 4;
        for (leaf, chunk) in leaves.into_iter().zip(&file.chunks) {
            assert_eq!(chunk.start, at);
            at += chunk.bytes as u64;
            let expected = entries(leaf, rows, &order, INGESTED_AT);
            let found = read::read(&file.path, leaf, chunk, order.len());
            assert!(found == expected, "{leaf:?} in {} rows: {chunk:?}", order.len());
            assert_eq!(chunk.entries, expected.defs.len());
            assert_eq!(chunk.nulls, expected.defs.len() - expected.values.len());
            let absent = |&&def: &&i16| {
                if leaf.max_rep > 0 {
                    def == 0
                } else {
                    def < i16::from(leaf.max_def)
                }
            };
            assert_eq!(chunk.absent, expected.defs.iter().filter(absent).count());
            check_bounds(leaf, chunk, &expected.values);
        }
        assert_eq!(at, file.size);
    }
}

fn check_bounds(leaf: &Leaf, chunk: &super::Chunk, values: &[Value]) {
    let (Some(min), Some(max)) = (values.iter().min(), values.iter().max()) else {
        assert_eq!((&chunk.min, &chunk.max), (&None, &None));
        return;
    };
    if leaf.max_rep > 0 {
        assert_eq!((&chunk.min, &chunk.max), (&None, &None));
    } else if chunk.min.is_some() || leaf.physical != Physical::Text {
        assert_eq!(chunk.min, Some(spelled(min, leaf.physical)));
        assert_eq!(chunk.max, Some(spelled(max, leaf.physical)));
    }
}

/// Rows with values of all sorts, by a seed.
fn random_rows(seed: u64, count: usize) -> Rows {
    let mut random = Random(seed);
    let mut to = Builder::new(count, 16 << 20);
    let spread = random.of(&[0, 1_000_000, DAY / 2, 3 * DAY]);
    let start = random.of(&[1_705_276_800_000_000, -5 * DAY / 2, 0, -DAY]);
    let sorted = random.below(2) == 0;
    // Of each slot: how many of 100 rows have it, and how many values there are.
    let shapes: Vec<(u64, u64)> = (0..SLOTS)
        .map(|_| (random.of(&[0, 2, 50, 100, 100]), random.of(&[1, 3, 70, 900, 1 << 40])))
        .collect();
    for row in 0..count {
        let time = if sorted {
            row as i64 * spread / count as i64
        } else {
            random.below(spread as u64 + 1) as i64
        };
        to.row(start + time, row as u32 / 40);
        for (slot, &(share, distinct)) in shapes.iter().enumerate() {
            if random.below(100) >= share {
                continue;
            }
            let n = random.below(distinct);
            put(&mut to, slot as u32, n, &mut random);
        }
    }
    to.rows
}

fn put(to: &mut Builder, slot: u32, n: u64, random: &mut Random) {
    let mixed = Random(n).next();
    match slot {
        OUTER | INNER => to.text(slot, "{}"),
        INT => to.text(slot, &(mixed as i32 >> (mixed >> 59)).to_string()),
        NUMBER => to.number(slot, i64::from(mixed as i32 >> (mixed >> 59))),
        TIME => to.text(
            slot,
            &format!(
                "20{:02}-0{}-1{}T0{}:00:00.{}Z",
                n % 100,
                n % 9 + 1,
                n % 10,
                n % 7,
                mixed % 1000
            ),
        ),
        TRUTH => to.text(slot, random.of(&["true", "false"])),
        ADDRESS if n % 50 == 49 => to.text(slot, "AWS Internal"),
        ADDRESS => to.text(slot, &format!("10.{}.{}.{}", mixed % 256, (mixed >> 8) % 256, n % 256)),
        OTHER if n.is_multiple_of(3) => to.text(slot, &format!("2001:db8::{:x}", n % 65536)),
        LIST => {
            let element = |n: u64| match n % 6 {
                0 => "{}".to_owned(),
                1 => format!("{{ \"type\" : \"t{}\" , \"ARN\":\"a\\u00e9\\n\\\"{}\"}}", n % 3, n),
                2 => "[1,[{\"ARN\":\"no\"}],\"]\"]".to_owned(),
                3 => "{\"x\":{\"ARN\":\"no\"},\"ARN\":\"yes\\ud83d\\ude00\",\"z\":[\"}\"]}".to_owned(),
                4 => "null".to_owned(),
                _ => format!("{{\"ARN\":12,\"type\":\"plain {}\"}}", n),
            };
            let elements: Vec<String> = (0..n % 5)
                .map(|i| element(mixed.rotate_left(i as u32 * 8) % 997))
                .collect();
            to.text(slot, &format!("[ {} ]", elements.join(" ,")));
        }
        _ => {
            let length = (mixed % random.of(&[1, 9, 20, 90])) as usize;
            to.text(slot, &format!("{n:x}{}", "é-".repeat(length)));
        }
    }
}

#[test]
fn random_rows_are_read_back() {
    let mut writer = Writer::new();
    for seed in 0..120 {
        let count = Random(seed).of(&[1, 2, 7, 8, 9, 31, 64, 65, 300, 1000, 5000]);
        let rows = random_rows(seed, count);
        let mut random = Random(seed + 1000);
        let left: Vec<bool> = (0..count).map(|_| random.below(3) == 0).collect();
        let id = if seed % 2 == 0 { NO_SLOT } else { ID };
        check(&mut writer, &format(id), &rows, (seed % 3 == 0).then_some(&left[..]));
    }
}

#[test]
fn nothing_is_written_of_no_rows() {
    let folder = Folder::new();
    let mut writer = Writer::new();
    let rows = random_rows(1, 5);
    let left = [true; 5];
    assert!(
        writer
            .write(&format(ID), &rows, Some(&left), &facts_of, &folder.0, 0)
            .expect("nothing")
            .is_empty()
    );
    let none = Builder::new(1, 1 << 20).rows;
    assert!(
        writer
            .write(&format(ID), &none, None, &facts_of, &folder.0, 0)
            .expect("nothing")
            .is_empty()
    );
    assert_eq!(std::fs::read_dir(&folder.0).expect("a folder").count(), 0);
    assert!(
        writer
            .write(&format(ID), &rows, None, &facts_of, &folder.0.join("none"), 0)
            .is_err()
    );
}

#[test]
fn texts_of_many_shapes_are_read_back() {
    let shapes: [fn(u64) -> String; 6] = [
        |i| format!("{:020}", Random(i).next()),
        |i| format!("who {}", (i * 7919) % 40_000),
        |i| format!("who {}", (i * 7919) % 20_000),
        |i| format!("{}-{}", i % 900, "x".repeat(200)),
        |i| format!("{}{}{}", "a".repeat(50), i % 5000, "b".repeat(50)),
        |i| format!("who {}", i / 5000),
    ];
    let mut writer = Writer::new();
    for shape in shapes {
        let mut to = Builder::new(50_000, 32 << 20);
        for i in 0..50_000 {
            to.row(i as i64 * 500_000, 0);
            to.text(TEXT, &shape(i));
            to.text(OTHER, &shape(i)[..3]);
            to.number(NUMBER, (i * 31 % 70_001) as i64);
        }
        check(&mut writer, &format(NO_SLOT), &to.rows, None);
    }
}

#[test]
fn numbers_whose_differences_wrap_are_read_back() {
    let mut writer = Writer::new();
    let wide = [i64::MIN, i64::MAX, 0, -1, 1, i64::MIN + 1];
    let narrow = [i32::MIN, i32::MAX, 0, -1, 1, i32::MIN + 1];
    for distinct in [6, 3000] {
        let mut to = Builder::new(3000, 1 << 20);
        let mut random = Random(9);
        for row in 0..3000 {
            let (a, b) = (random.of(&wide), random.of(&narrow));
            let step = if distinct == 6 { 0 } else { row };
            to.row(a.wrapping_add(step), 0);
            to.number(NUMBER, i64::from(b.wrapping_add(step as i32)));
        }
        check(&mut writer, &format(NO_SLOT), &to.rows, None);
    }
}

#[test]
fn hashes_of_any_number_of_rows_are_read_back() {
    let mut writer = Writer::new();
    for count in [
        1, 2, 63, 64, 65, 67, 127, 128, 129, 8191, 8192, 8193, 8255, 8256, 65_535, 65_536, 65_537, 65_601,
    ] {
        let mut to = Builder::new(count, 1 << 20);
        for row in 0..count {
            to.row(row as i64, 0);
        }
        check(&mut writer, &format(NO_SLOT), &to.rows, None);
    }
}
