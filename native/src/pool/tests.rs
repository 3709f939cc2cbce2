use super::*;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

const SETUP: &str = r#"{
    "name": "n0", "reasons": {"2": "not valid JSON", "5": "no time field"}, "arenaBytes": 4194304, "slotBytes": 3145728,
    "formats": [{
        "id": "said", "framing": {"kind": "json"}, "slotCount": 3, "unmappedSlot": 2, "idSlot": 65535, "keyName": null,
        "root": {"keys": [
            {"name": "at", "kind": 0, "slot": 0, "flags": 1},
            {"name": "who", "kind": 0, "slot": 1, "flags": 0}
        ]},
        "columns": [
            {"optional": true, "leaves": [
                {"physical": "int64", "maxDef": 1, "maxRep": 0, "presence": [], "hot": true,
                 "source": {"kind": "fixed", "what": "time"}}]},
            {"optional": true, "leaves": [
                {"physical": "text", "maxDef": 1, "maxRep": 0, "presence": [], "hot": false,
                 "source": {"kind": "text", "slots": [1]}}]}
        ],
        "detection": {"rules": [{"head": ["\"who\""], "score": 0.9, "reason": "it says who"}], "otherwise": "no who"}
    }]
}"#;

struct Bench {
    thread: ReadingThread<Vec<u8>>,
    told: mpsc::Receiver<String>,
    folder: PathBuf,
}

impl Bench {
    fn new(name: &str) -> Bench {
        let (sender, told) = channel();
        let thread = ReadingThread::start(serde_json::from_str(SETUP).unwrap(), move |text| {
            let _ = sender.send(text);
        })
        .unwrap();
        let folder = std::env::temp_dir().join(format!("headrig-pool-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Bench { thread, told, folder }
    }
    fn begin(&self, key: &str, copies: Option<Arc<Fingerprints>>) {
        let folder = self.folder.to_str().unwrap();
        let text = format!(r#"{{"folder":"{folder}","format":"auto","ingestedAt":0,"key":{key}}}"#);
        assert!(self.thread.send(Command::Begin { text, copies }));
    }
    fn read(&self, objects: &[&str]) {
        let tasks: Vec<String> = objects
            .iter()
            .enumerate()
            .map(|(i, o)| format!(r#"{{"index":{i},"uri":"u{i}","key":"k","size":{}}}"#, o.len()))
            .collect();
        let text = format!(r#"{{"tasks":[{}],"apart":false}}"#, tasks.join(","));
        let bytes = objects.iter().map(|o| o.as_bytes().to_vec()).collect();
        assert!(self.thread.send(Command::Read { text, bytes }));
    }
    fn next(&self) -> serde_json::Value {
        serde_json::from_str(&self.told.recv_timeout(Duration::from_secs(20)).unwrap()).unwrap()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.stop() {
            let _ = thread.join();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

const ADA: &str = r#"{"at":"2024-01-15T08:00:00Z","who":"ada"}"#;

#[test]
fn a_batch_is_read_written_and_told() {
    let bench = Bench::new("told");
    bench.begin(
        "\"000102030405060708090a0b0c0d0e0f\"",
        Some(Arc::new(Fingerprints::new(0))),
    );
    bench.read(&[ADA, ADA, "{\"who\":1}"]);
    assert!(bench.thread.send(Command::Flush));
    let outcomes = bench.next();
    assert_eq!(outcomes["kind"], "outcomes");
    let rows: Vec<_> = outcomes["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["rows"].as_u64())
        .collect();
    assert_eq!(rows, [Some(1), Some(1), Some(0)]);
    let sifted = bench.next();
    assert_eq!(sifted["found"]["formatId"], "said");
    assert_eq!(sifted["found"]["repeats"]["1"], 1);
    let written = bench.next();
    assert_eq!(
        (&written["kind"], &written["formatId"]),
        (&"written".into(), &"said".into())
    );
    assert_eq!(written["file"]["rows"], 1);
    let flushed = bench.next();
    assert_eq!(flushed["kind"], "flushed");
    assert!(flushed["rejects"].as_str().unwrap().ends_with(".rejects"));
}

#[test]
fn what_cannot_be_read_breaks_the_thread_once() {
    let bench = Bench::new("broken");
    bench.read(&[ADA]);
    assert_eq!(bench.next()["kind"], "broken");
    bench.begin("null", None);
    assert!(bench.thread.send(Command::Flush));
    assert!(bench.told.recv_timeout(Duration::from_millis(200)).is_err());
    let other = Bench::new("key");
    other.begin("\"00\"", None);
    assert_eq!(other.next()["kind"], "broken");
}

#[test]
fn a_stopped_thread_ends_before_its_work() {
    let mut bench = Bench::new("stopped");
    bench.begin("null", None);
    for _ in 0..10_000 {
        bench.read(&[ADA; 10]);
    }
    bench.thread.stop().unwrap().join().unwrap();
    assert!(!bench.thread.send(Command::Flush));
    assert!(bench.told.try_iter().count() < 10_000);
}
