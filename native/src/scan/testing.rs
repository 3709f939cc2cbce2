//! Plans built by hand, and what scanning by them gives, spelled out.

use std::sync::Arc;

use super::{Reason, Reject, Scanner, Sink};
use crate::plan::{Format, NO_SLOT};
use crate::rows::{Limits, Rows};

pub(super) const SMALL: Limits = Limits { arena: 4096, slots: 1 };
pub(super) const LARGE: Limits = Limits {
    arena: 1 << 20,
    slots: 1 << 16,
};

/// Of a record like CloudTrail's.
pub(super) const TIME: &str = r#""time":"2024-01-15T08:00:00Z""#;

pub(super) fn good(id: &str) -> String {
    format!(r#"{{{TIME},"id":"{id}"}}"#)
}

fn key(name: &str, kind: u8, slot: u32, flags: u8) -> String {
    format!(r#"{{"name":"{name}","kind":{kind},"slot":{slot},"flags":{flags}}}"#)
}

fn format(id: &str, framing: &str, slots: usize, keys: &[String], id_slot: u32) -> Arc<Format> {
    let text = format!(
        r#"{{"id":"{id}","framing":{framing},"slotCount":{slots},"root":{{"keys":[{}]}},"unmappedSlot":{},"idSlot":{id_slot},
        "columns":[],"detection":{{"rules":[],"otherwise":""}},"keyName":null}}"#,
        keys.join(","),
        slots - 1
    );
    Arc::new(serde_json::from_str(&text).expect("a plan"))
}

/// Like CloudTrail: times, ids, structs, lists, containers, envelopes.
pub(super) fn trail() -> Arc<Format> {
    let deep = format!(
        r#"{{"name":"who","kind":7,"slot":2,"flags":0,"child":{{"keys":[{},{{"name":"in","kind":7,"slot":4,"flags":0,"child":{{"keys":[{}]}}}}]}}}}"#,
        key("arn", 0, 3, 0),
        key("type", 0, 5, 0)
    );
    let list = format!(
        r#"{{"name":"resources","kind":8,"slot":6,"flags":0,"child":{{"keys":[{},{}]}}}}"#,
        key("ARN", 0, NO_SLOT, 0),
        key("type", 0, NO_SLOT, 0)
    );
    let keys = [
        key("time", 0, 0, 1),
        key("id", 0, 1, 0),
        deep,
        list,
        key("params", 1, 7, 0),
        key("count", 2, 8, 0),
        key("bytes", 3, 9, 0),
        key("ratio", 4, 10, 0),
        key("read", 5, 11, 0),
        key("seen", 6, 12, 0),
        key("a name of more than 16 bytes", 0, 13, 0),
        key("Records", 9, NO_SLOT, 0),
        key("detail", 10, NO_SLOT, 0),
        key("message", 10, NO_SLOT, 0),
    ];
    format("trail", r#"{"kind":"json"}"#, 15, &keys, 1)
}

/// Like VPC Flow Logs: an epoch, numbers, texts.
pub(super) fn flow() -> Arc<Format> {
    let keys = [
        key("version", 2, 0, 4),
        key("src", 0, 1, 0),
        key("bytes", 3, 2, 4),
        key("start", 3, 3, 6),
        key("action", 0, 4, 0),
    ];
    let framing = r#"{"kind":"fields","order":["version","src","bytes","start","action"],"absent":45}"#;
    format("flow", framing, 6, &keys, NO_SLOT)
}

/// Rows as `record time hash slot=text …`, rejects as `record reason raw`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scanned {
    pub rows: Vec<String>,
    pub rejects: Vec<String>,
    /// Of the object, as the scanner tells.
    pub counts: (u32, u32),
}

impl Scanned {
    /// The value of a slot of each row.
    pub fn values(&self, slot: u32) -> Vec<&str> {
        let start = format!("{slot}=");
        self.rows
            .iter()
            .map(|row| row.split('|').find_map(|v| v.strip_prefix(&start[..])).unwrap_or("?"))
            .collect()
    }
}

impl Sink for Scanned {
    fn rows(&mut self, format: &Format, rows: &Rows) {
        for row in 0..rows.count {
            let mut line = format!(
                "{} {} {:016x}",
                rows.source_rows[row], rows.times[row], rows.hashes[row]
            );
            for (slot, value) in rows.values_of(format, row) {
                let text = String::from_utf8(value).expect("UTF-8");
                line += &format!("|{slot}={text}");
            }
            self.rows.push(line);
        }
    }
    fn rejects(&mut self, _format: &Format, rejects: Vec<Reject>) {
        self.rejects.extend(rejects.into_iter().map(|reject| {
            let reason = match reject.reason {
                Reason::Code(code) => code.to_string(),
                Reason::Text(text) => text,
            };
            format!("{} {reason} {}", reject.row, reject.raw)
        }));
    }
}

/// Scans the pieces of one object.
pub(super) fn scan_pieces(format: &Arc<Format>, limits: Limits, pieces: &[&[u8]]) -> Scanned {
    let mut scanner = Scanner::new(format.clone(), limits);
    let mut out = Scanned::default();
    scanner.begin(0, None);
    for (i, piece) in pieces.iter().enumerate() {
        scanner.write(piece, i + 1 == pieces.len(), &mut out);
    }
    out.counts = scanner.end(&mut out);
    scanner.flush(&mut out);
    out
}

pub(super) fn scan(format: &Arc<Format>, text: &str) -> Scanned {
    scan_pieces(format, LARGE, &[text.as_bytes()])
}

/// Checks that the text gives the same in two pieces cut anywhere, and in pieces of every small size.
pub(super) fn check_pieces(format: &Arc<Format>, limits: Limits, text: &str) {
    let whole = scan_pieces(format, limits, &[text.as_bytes()]);
    for at in 0..=text.len() {
        let (a, b) = text.as_bytes().split_at(at);
        assert_eq!(scan_pieces(format, limits, &[a, b]), whole, "cut at {at}: {text}");
    }
    for size in [1, 2, 3, 5, 7, 16, 63, 64, 65] {
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        assert_eq!(scan_pieces(format, limits, &pieces), whole, "pieces of {size}: {text}");
    }
}
