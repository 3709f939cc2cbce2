//! How fast the scanner is, on texts at hand: `cargo run --release --no-default-features --example scan PLAN.json FILE…`
//! (files as stored by gzip). `KEY=1` takes fingerprints too, `DUMP=1` prints rows and rejects instead.

use std::io::{Read, Write};
use std::sync::Arc;

use headrig_front::plan::Format;
use headrig_front::rows::{Limits, Rows};
use headrig_front::scan::{Reject, Scanner, Sink};

#[derive(Default)]
struct Count {
    rows: usize,
    rejects: usize,
    values: usize,
    dump: bool,
}

impl Sink for Count {
    fn rows(&mut self, format: &Format, rows: &Rows) {
        self.rows += rows.count;
        for slot in 0..format.slot_count as u32 {
            self.values += rows.presents(slot)[..rows.count]
                .iter()
                .map(|&p| usize::from(p))
                .sum::<usize>();
        }
        if !self.dump {
            return;
        }
        let out = &mut std::io::stdout().lock();
        for row in 0..rows.count {
            let mut line = format!(
                "row {} {} {:016x}",
                rows.source_rows[row], rows.times[row], rows.hashes[row]
            );
            for (slot, value) in rows.values_of(format, row) {
                let text = String::from_utf8_lossy(&value);
                line += &format!(" {slot}={}", serde_json::Value::from(text));
            }
            writeln!(out, "{line}").expect("stdout");
        }
    }
    fn rejects(&mut self, _format: &Format, rejects: Vec<Reject>) {
        self.rejects += rejects.len();
        for reject in rejects.iter().filter(|_| self.dump) {
            println!(
                "reject {} {:?} {}",
                reject.row,
                reject.reason,
                serde_json::Value::from(&reject.raw[..])
            );
        }
    }
}

/// Of this thread: other work on the machine counts less so.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    stat.split(' ')
        .next()
        .and_then(|ns| ns.parse::<f64>().ok())
        .expect("nanoseconds")
        / 1e9
}

fn main() {
    let mut args = std::env::args().skip(1);
    let plan = std::fs::read(args.next().expect("a plan")).expect("a plan");
    let format: Arc<Format> = Arc::new(serde_json::from_slice(&plan).expect("a plan"));
    let texts: Vec<Vec<u8>> = args
        .map(|path| {
            let mut text = Vec::new();
            let file = std::fs::File::open(path).expect("a file");
            flate2::read::MultiGzDecoder::new(file)
                .read_to_end(&mut text)
                .expect("gzip");
            text
        })
        .collect();
    let of_env = |name: &str, otherwise| std::env::var(name).map_or(otherwise, |v| v.parse().expect("a number"));
    let limits = Limits {
        arena: of_env("ARENA", 48 << 20),
        slots: of_env("SLOTS", 36 << 20),
    };
    let piece = of_env("PIECE", usize::MAX);
    let mut scanner = Scanner::new(format, limits);
    scanner.set_key(std::env::var("KEY").is_ok().then_some([7; 16]));
    let rounds = if std::env::var("DUMP").is_ok() {
        1
    } else {
        of_env("ROUNDS", 5)
    };
    for _ in 0..rounds {
        let mut count = Count {
            dump: std::env::var("DUMP").is_ok(),
            ..Count::default()
        };
        let mut bytes = 0;
        let start = cpu_seconds();
        for (object, text) in texts.iter().enumerate() {
            scanner.begin(object as u32, None);
            bytes += text.len();
            for part in text.chunks(piece) {
                scanner.write(part, false, &mut count);
            }
            scanner.write(b"", true, &mut count);
            scanner.end(&mut count);
        }
        scanner.flush(&mut count);
        let took = cpu_seconds() - start;
        eprintln!(
            "{} rows, {} rejects, {} values, {:.1} MB: {:.3} s, {:.0} MB/s, {:.0} ns a row",
            count.rows,
            count.rejects,
            count.values,
            bytes as f64 / 1e6,
            took,
            bytes as f64 / 1e6 / took,
            took * 1e9 / count.rows.max(1) as f64
        );
    }
}
