//! Reads all files of a folder with so many threads, as a batch is read; tells the time. Not shipped.
//! `read <plans.json> <folder> <threads> [arena MiB]`

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use headrig_front::parquet::WrittenChunks;
use headrig_front::plan::Format;
use headrig_front::read::fingerprints::Fingerprints;
use headrig_front::read::{Batch, Events, Reader, Sifted, Stored, Task};
use headrig_front::rows::Limits;

#[derive(Default)]
struct Told {
    files: usize,
    rows: usize,
    bytes: u64,
    repeats: u32,
}

impl Events for Told {
    fn sifted(&mut self, sifted: Sifted) {
        self.repeats += sifted.repeats.values().sum::<u32>();
    }
    fn written(&mut self, _format_id: &str, file: WrittenChunks) {
        self.files += 1;
        self.rows += file.rows;
        self.bytes += file.size;
    }
}

fn list(folder: &Path, into: &mut Vec<(PathBuf, u64)>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            list(&path, into);
        } else if let Ok(meta) = entry.metadata() {
            into.push((path, meta.len()));
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let plans: Vec<Format> = serde_json::from_slice(&fs::read(&args[1]).expect("plans")).expect("plans");
    let formats: Arc<Vec<Arc<Format>>> = Arc::new(plans.into_iter().map(Arc::new).collect());
    let mut files = Vec::new();
    list(Path::new(&args[2]), &mut files);
    files.sort();
    let threads: usize = args[3].parse().expect("a number");
    let arena = args.get(4).map_or(64, |text| text.parse().expect("a number")) << 20;
    let stored: u64 = files.iter().map(|(_, size)| size).sum();
    let out = std::env::temp_dir().join(format!("headrig-example-{}", std::process::id()));
    fs::create_dir_all(&out).expect("a folder");
    let copies = Arc::new(Fingerprints::new(128 << 20));
    copies.begin(stored);
    let (files, next) = (Arc::new(files), Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let workers: Vec<_> = (0..threads)
        .map(|name| {
            let (files, next, formats) = (Arc::clone(&files), Arc::clone(&next), Arc::clone(&formats));
            let batch = Batch {
                folder: out.clone(),
                name: format!("w{name}-0"),
                format: None,
                fields: None,
                ingested_at: 0,
                copies: Some((Arc::clone(&copies), [7; 16])),
            };
            thread::spawn(move || {
                let mut reader = Reader::new(formats, Arc::new(HashMap::new()), Limits { arena, slots: arena });
                let mut told = Told::default();
                let mut outcomes: HashMap<&str, u32> = HashMap::new();
                let mut text = 0;
                reader.begin(batch);
                loop {
                    let from = next.fetch_add(16, Ordering::Relaxed);
                    if from >= files.len() {
                        break;
                    }
                    for (at, (path, size)) in files.iter().enumerate().skip(from).take(16) {
                        let key = path.display().to_string();
                        let task = Task {
                            index: at as u32,
                            uri: format!("file://{key}"),
                            key,
                            size: *size,
                            source: Stored::Path(path.clone()),
                        };
                        let outcome = reader.read(&task, &mut told).expect("it is read");
                        *outcomes.entry(outcome.state).or_insert(0) += 1;
                        text += outcome.text_bytes;
                    }
                }
                reader.flush(&mut told).expect("it is written");
                (told, outcomes, text)
            })
        })
        .collect();
    for worker in workers {
        let (told, outcomes, text) = worker.join().expect("a thread ends");
        println!(
            "{} rows, {} copies, {} files, {} bytes; {text} bytes of text; {outcomes:?}",
            told.rows, told.repeats, told.files, told.bytes
        );
    }
    println!(
        "{:.3} s; complete: {}",
        began.elapsed().as_secs_f64(),
        copies.complete()
    );
    let _ = fs::remove_dir_all(&out);
}
