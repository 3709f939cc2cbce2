//! Two log types, a folder, and a reader for them.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::parquet::WrittenChunks;
use crate::plan::Format;
use crate::read::fingerprints::Fingerprints;
use crate::read::{Batch, Events, Outcome, Reader, Sifted, Stored, Task};
use crate::rows::Limits;

/// The second format's number: lines of fields with `start`, `srcaddr`, `action`. The first has lines of JSON.
pub const FLOW: usize = 1;

fn column(source: Value) -> Value {
    let leaf = json!({
        "physical": "text", "maxDef": 1, "maxRep": 0, "presence": [], "hot": false, "source": source,
    });
    json!({ "optional": false, "leaves": [leaf] })
}

fn texts(slots: &[u32]) -> Vec<Value> {
    slots
        .iter()
        .map(|slot| column(json!({ "kind": "text", "slots": [slot], "fact": "uri" })))
        .collect()
}

pub fn formats() -> Arc<Vec<Arc<Format>>> {
    let hello = json!({
        "id": "hello", "framing": { "kind": "json" }, "slotCount": 4, "unmappedSlot": 3, "idSlot": 1,
        "root": { "keys": [
            { "name": "at", "kind": 0, "slot": 0, "flags": 1 },
            { "name": "id", "kind": 0, "slot": 1, "flags": 0 },
            { "name": "said", "kind": 0, "slot": 2, "flags": 0 },
        ] },
        "columns": texts(&[1, 2]),
        "detection": { "otherwise": "no `said`", "rules": [
            { "key": "Digest", "score": 1, "reason": "a digest", "skip": true },
            { "head": ["\"said\""], "score": 0.9, "reason": "has `said`" },
        ] },
        "keyName": "(?<account>[0-9]+)_hello_(?<region>[a-z0-9-]+)",
    });
    let flow = json!({
        "id": "flow", "framing": { "kind": "fields", "order": ["srcaddr", "start", "action"], "absent": 45 },
        "slotCount": 4, "unmappedSlot": 3, "idSlot": 65535,
        "root": { "keys": [
            { "name": "start", "kind": 0, "slot": 0, "flags": 2 },
            { "name": "srcaddr", "kind": 0, "slot": 1, "flags": 0 },
            { "name": "action", "kind": 0, "slot": 2, "flags": 0 },
        ] },
        "columns": texts(&[1, 2]),
        "detection": { "otherwise": "no flow", "rules": [
            { "head": ["^PAR1"], "key": "flow", "score": 0.9, "reason": "Parquet" },
            { "line": "^[0-9.]+ [0-9]+ (OK|NO)$", "score": 0.9, "reason": "lines of flows" },
        ] },
    });
    let parse = |plan| Arc::new(serde_json::from_value(plan).expect("a plan"));
    Arc::new(vec![parse(hello), parse(flow)])
}

pub fn hello(i: usize) -> String {
    format!(
        "{{\"at\":\"2024-01-15T08:00:00Z\",\"id\":\"i{i}\",\"said\":\"hé漢😀 {}\"}}\n",
        i * 7919
    )
}
pub fn hellos(count: usize) -> Vec<u8> {
    (0..count).flat_map(|i| hello(i).into_bytes()).collect()
}
pub fn flows(count: usize) -> Vec<u8> {
    (0..count)
        .flat_map(|i| format!("10.0.0.{} {} OK\n", i % 256, 1_705_305_600 + i).into_bytes())
        .collect()
}

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "headrig-read-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("a folder is made");
        Folder(path)
    }
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, bytes).expect("a file is written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What was told.
#[derive(Default)]
pub struct Told {
    pub rows: usize,
    pub files: Vec<(String, WrittenChunks)>,
    pub repeats: HashMap<u32, u32>,
    pub ids: Vec<String>,
    pub cancel: bool,
    /// Fails when files are told.
    pub panic: bool,
}

impl Events for Told {
    fn sifted(&mut self, sifted: Sifted) {
        for (object, count) in sifted.repeats {
            *self.repeats.entry(object).or_insert(0) += count;
        }
        self.ids.extend(sifted.ids);
    }
    fn written(&mut self, format_id: &str, file: WrittenChunks) {
        assert!(!self.panic, "as it was told to");
        self.rows += file.rows;
        self.files.push((format_id.to_owned(), file));
    }
    fn cancelled(&mut self) -> bool {
        self.cancel
    }
}

pub struct Reading {
    pub folder: Folder,
    pub reader: Reader,
    pub told: Told,
    pub next: u32,
}

pub fn limits(arena: usize) -> Limits {
    Limits { arena, slots: 1 << 20 }
}

impl Reading {
    pub fn new(arena: usize) -> Reading {
        Reading::with(arena, |_| {})
    }

    pub fn with(arena: usize, change: impl FnOnce(&mut Batch)) -> Reading {
        let reasons = Arc::new(HashMap::from([(2, "not valid JSON".to_owned())]));
        let mut reading = Reading {
            folder: Folder::new(),
            reader: Reader::new(formats(), reasons, limits(arena)),
            told: Told::default(),
            next: 0,
        };
        reading.begin(change);
        reading
    }

    pub fn begin(&mut self, change: impl FnOnce(&mut Batch)) {
        let mut batch = Batch {
            folder: self.folder.0.clone(),
            name: "w0-0".to_owned(),
            format: None,
            fields: None,
            ingested_at: 0,
            copies: None,
        };
        change(&mut batch);
        self.reader.begin(batch);
        self.told = Told::default();
    }

    pub fn try_read(&mut self, key: &str, size: u64, source: Stored) -> std::io::Result<Outcome> {
        let index = self.next;
        self.next += 1;
        let task = Task {
            index,
            uri: format!("file:///{key}"),
            key: key.to_owned(),
            size,
            source,
        };
        self.reader.read(&task, &mut self.told)
    }

    pub fn read(&mut self, bytes: &[u8]) -> Outcome {
        self.try_read("object", bytes.len() as u64, Stored::Bytes(bytes))
            .expect("the folder can be written to")
    }

    /// From a file that is said to be of some size.
    pub fn read_file(&mut self, bytes: &[u8], size: u64) -> Outcome {
        let path = self.folder.file("object", bytes);
        self.try_read("object", size, Stored::Path(path))
            .expect("the folder can be written to")
    }

    pub fn flush(&mut self) -> usize {
        self.reader.flush(&mut self.told).expect("the folder can be written to");
        self.told.rows
    }

    pub fn rejects(&mut self) -> Vec<Value> {
        let Some(path) = self.reader.rejects() else {
            return Vec::new();
        };
        let text = fs::read_to_string(path).expect("rejects are UTF-8");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }
}

pub fn copies(stored: u64) -> Option<(Arc<Fingerprints>, [u8; 16])> {
    let copies = Fingerprints::new(u64::MAX);
    copies.begin(stored);
    Some((Arc::new(copies), *b"0123456789abcdef"))
}
