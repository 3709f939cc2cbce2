//! Writes rows that were dumped to a file, again and again; tells the time. Not shipped.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use headrig_front::parquet::{ObjectFacts, Writer};
use headrig_front::plan::Format;
use headrig_front::rows::{Limits, Rows, SLACK};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    format: Format,
    count: usize,
    memory: usize,
    ingested_at: i64,
    left_out: Option<Vec<bool>>,
    facts: Vec<(u32, Told)>,
}
#[derive(Deserialize)]
struct Told {
    uri: String,
    account: Option<String>,
    region: Option<String>,
}

fn load(path: &Path) -> (Header, Rows) {
    let bytes = std::fs::read(path).expect("a dump");
    let (len, rest) = bytes.split_first_chunk::<4>().expect("a length");
    let (header, mut rest) = rest.split_at(u32::from_le_bytes(*len) as usize);
    let header: Header = serde_json::from_slice(header).expect("a header");
    let slots = header.format.slot_count;
    let mut rows = Rows::new(
        slots,
        Limits {
            arena: 1 << 20,
            slots: header.count.max(64) * slots * 9,
        },
    );
    rows.memory = rest[..header.memory].to_vec();
    rows.memory.resize(header.memory + SLACK, 0);
    rest = &rest[header.memory..];
    let n = header.count;
    let mut words = |size: usize| -> Vec<u64> {
        let (these, behind) = rest.split_at(n * size);
        rest = behind;
        let word = |b: &[u8]| b.iter().rev().fold(0, |w, &b| w << 8 | u64::from(b));
        these.chunks(size).map(word).collect()
    };
    let (times, hashes, objects, records) = (words(8), words(8), words(4), words(4));
    for row in 0..n {
        rows.times[row] = times[row] as i64;
        rows.hashes[row] = hashes[row];
        rows.objects[row] = objects[row] as u32;
        rows.source_rows[row] = records[row] as u32;
    }
    for slot in 0..slots {
        let (presents, values) = (words(1), words(8));
        for row in (0..n).filter(|&row| presents[row] != 0) {
            rows.fill_number(row, slot as u32, values[row] as i64);
        }
    }
    rows.count = n;
    (header, rows)
}

fn main() {
    let mut args = std::env::args().skip(1);
    let (dump, folder) = (args.next().expect("a dump"), args.next().expect("a folder"));
    let times: usize = args.next().map_or(1, |n| n.parse().expect("a number"));
    let (header, rows) = load(Path::new(&dump));
    let facts: HashMap<u32, ObjectFacts> = header
        .facts
        .iter()
        .map(|(object, told)| {
            let Told { uri, account, region } = told;
            (
                *object,
                ObjectFacts {
                    uri: uri.clone(),
                    account: account.clone(),
                    region: region.clone(),
                },
            )
        })
        .collect();
    let mut writer = Writer::new();
    let mut best = f64::MAX;
    let mut told = Vec::new();
    for _ in 0..times {
        for file in &told {
            let headrig_front::parquet::WrittenChunks { path, .. } = file;
            std::fs::remove_file(path).expect("to remove");
        }
        let start = Instant::now();
        told = writer
            .write(
                &header.format,
                &rows,
                header.left_out.as_deref(),
                &|object| facts.get(&object).cloned().unwrap_or_default(),
                Path::new(&folder),
                header.ingested_at,
            )
            .expect("files");
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{}", serde_json::to_string(&told).expect("JSON"));
    eprintln!(
        "{} rows, {:.1} ms, {:.0} ns a row",
        rows.count,
        best * 1e3,
        best * 1e9 / rows.count as f64
    );
}
