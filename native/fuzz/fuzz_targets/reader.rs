//! Objects of any bytes, in any compression: as rows and rejects are told, so many are written; at once and in pieces
//! they are the same.
#![no_main]

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use headrig_front::parquet::WrittenChunks;
use headrig_front::plan::Format;
use headrig_front::read::{Batch, Events, Outcome, Reader, Sifted, Stored, Task};
use headrig_front::rows::Limits;
use libfuzzer_sys::fuzz_target;

const PLANS: &str = r#"[
    {"id": "hello", "framing": {"kind": "json"}, "slotCount": 3, "unmappedSlot": 2, "idSlot": 1,
     "root": {"keys": [{"name": "at", "kind": 0, "slot": 0, "flags": 1}, {"name": "id", "kind": 0, "slot": 1, "flags": 0}]},
     "columns": [{"optional": false, "leaves": [{"physical": "text", "maxDef": 1, "maxRep": 0, "presence": [],
        "hot": false, "source": {"kind": "text", "slots": [1]}}]}],
     "detection": {"otherwise": "none", "rules": [{"head": ["\"at\""], "score": 0.9, "reason": "it is"}]}},
    {"id": "flow", "framing": {"kind": "fields", "order": ["start", "ip"], "absent": 45}, "slotCount": 3,
     "unmappedSlot": 2, "idSlot": 65535,
     "root": {"keys": [{"name": "start", "kind": 0, "slot": 0, "flags": 2}, {"name": "ip", "kind": 0, "slot": 1, "flags": 0}]},
     "columns": [{"optional": false, "leaves": [{"physical": "text", "maxDef": 1, "maxRep": 0, "presence": [],
        "hot": false, "source": {"kind": "text", "slots": [1]}}]}],
     "detection": {"otherwise": "none", "rules": [
        {"header": {"names": ["start", "ip"], "least": 2, "share": 0.6}, "score": 0.95, "reason": "{known}"},
        {"line": "^[0-9]+ ", "score": 0.5, "reason": "it may be"}]}}
]"#;

#[derive(Default)]
struct Told {
    rows: usize,
}

impl Events for Told {
    fn sifted(&mut self, _sifted: Sifted) {}
    fn written(&mut self, _format_id: &str, file: WrittenChunks) {
        self.rows += file.rows;
        fs::remove_file(file.path).expect("it was written");
    }
}

struct Pair {
    folder: PathBuf,
    /// With room for any object, and with hardly any.
    readers: [Reader; 2],
}

fn pair() -> Pair {
    let folder = std::env::temp_dir().join(format!("headrig-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder is made");
    let plans: Vec<Format> = serde_json::from_str(PLANS).expect("plans");
    let formats: Arc<Vec<Arc<Format>>> = Arc::new(plans.into_iter().map(Arc::new).collect());
    let reader = |arena| {
        Reader::new(
            Arc::clone(&formats),
            Arc::new(HashMap::new()),
            Limits { arena, slots: 1 << 16 },
        )
    };
    let readers = [reader(1 << 22), reader(1 << 12)];
    Pair { folder, readers }
}

/// The first byte says how the rest is stored.
fn stored(how: u8, rest: &[u8]) -> Vec<u8> {
    match how % 9 {
        1 => [b"\x1f\x8b\x08\0\0\0\0\0\0\xff", rest].concat(),
        2 => [b"\x28\xb5\x2f\xfd", rest].concat(),
        3 => [b"BZh91AY&SY", rest].concat(),
        4 => {
            let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            out.write_all(rest)
                .and_then(|()| out.finish())
                .expect("memory is written to")
        }
        5 => zstd::stream::encode_all(rest, 1).expect("it is compressed"),
        6 => [b"\xff\xfe", rest].concat(),
        7 => [b"\xfe\xff", rest].concat(),
        8 => [b"start ip\n", rest].concat(),
        _ => rest.to_vec(),
    }
}

fn read(reader: &mut Reader, folder: &PathBuf, object: &[u8]) -> Outcome {
    let mut told = Told::default();
    reader.begin(Batch {
        folder: folder.clone(),
        name: "w0-0".to_owned(),
        format: None,
        fields: None,
        ingested_at: 0,
        copies: None,
    });
    let size = object.len() as u64;
    let source = Stored::Bytes(object);
    let task = Task {
        index: 7,
        uri: "file:///x".to_owned(),
        key: "x".to_owned(),
        size,
        source,
    };
    let outcome = reader.read(&task, &mut told).expect("the folder can be written to");
    reader.flush(&mut told).expect("the folder can be written to");
    assert_eq!(outcome.rows as usize, told.rows);
    let rejects = reader.rejects().map_or(0, |path| {
        let text = fs::read_to_string(&path).expect("it is text");
        fs::remove_file(path).expect("it was written");
        text.lines()
            .inspect(|line| drop(serde_json::from_str::<serde_json::Value>(line).expect("JSON")))
            .count()
    });
    assert_eq!(outcome.rejected as usize, rejects);
    outcome
}

thread_local! {
    static PAIR: RefCell<Pair> = RefCell::new(pair());
}

fuzz_target!(|data: &[u8]| {
    let Some((&how, rest)) = data.split_first() else { return };
    let object = stored(how, rest);
    PAIR.with_borrow_mut(|pair| {
        let [large, small] = &mut pair.readers;
        let whole = read(large, &pair.folder, &object);
        let pieces = read(small, &pair.folder, &object);
        if whole.state == "done" && pieces.state == "done" && object.len() < 512 {
            assert_eq!(whole.rows, pieces.rows);
            assert_eq!(whole.format, pieces.format);
        }
    });
});
