//! Rows of a log type that has a leaf of every kind.

use serde_json::json;

use crate::plan::Format;
use crate::rows::{Limits, Rows, Span};

pub const TEXT: u32 = 0;
pub const OUTER: u32 = 1;
pub const IN_OUTER: u32 = 2;
pub const INNER: u32 = 3;
pub const INT: u32 = 4;
pub const LIST: u32 = 5;
pub const NUMBER: u32 = 6;
pub const TIME: u32 = 7;
pub const ADDRESS: u32 = 8;
pub const TRUTH: u32 = 9;
pub const ID: u32 = 10;
pub const OTHER: u32 = 11;
pub const SLOTS: usize = 12;

pub fn format(id_slot: u32) -> Format {
    let leaf = |physical: &str, presence: &[u32], hot: bool, source: serde_json::Value| {
        let list = source["kind"] == "list";
        let depth = if list { 4 } else { presence.len() + 1 };
        json!({"physical": physical, "maxDef": depth, "maxRep": u8::from(list), "presence": presence, "hot": hot, "source": source})
    };
    let column = |leaves: Vec<serde_json::Value>| json!({"optional": leaves.len() == 1, "leaves": leaves});
    let text = |slots: &[u32]| json!({"kind": "text", "slots": slots});
    let number = |slot: u32, reading: &str| json!({"kind": "number", "slot": slot, "as": reading});
    let fixed = |what: &str| json!({"kind": "fixed", "what": what});
    let list = |name: &str| json!({"kind": "list", "slot": LIST, "name": name});
    let fact = |slots: &[u32], fact: &str| json!({"kind": "text", "slots": slots, "fact": fact});
    let ip = |slots: &[u32]| json!({"kind": "ip-key", "slots": slots});
    serde_json::from_value(json!({
        "id": "test", "framing": {"kind": "json"}, "slotCount": SLOTS, "root": {"keys": []}, "unmappedSlot": 0xffff,
        "idSlot": id_slot, "detection": {"rules": [], "otherwise": ""}, "keyName": null,
        "columns": [
            column(vec![leaf("int64", &[], true, fixed("time"))]),
            column(vec![leaf("text", &[], false, json!({"kind": "id", "slot": id_slot}))]),
            column(vec![leaf("text", &[], true, fact(&[TEXT], "account"))]),
            column(vec![leaf("text", &[], true, fact(&[], "region"))]),
            column(vec![leaf("text", &[], false, fact(&[], "uri"))]),
            column(vec![leaf("text", &[], true, text(&[ADDRESS]))]),
            column(vec![leaf("text", &[], false, ip(&[ADDRESS]))]),
            column(vec![leaf("text", &[], false, ip(&[OTHER, ADDRESS]))]),
            column(vec![leaf("int64", &[], false, fixed("record"))]),
            column(vec![leaf("int64", &[], false, fixed("ingested"))]),
            column(vec![leaf("text", &[], false, text(&[TEXT]))]),
            column(vec![leaf("text", &[], true, text(&[OTHER]))]),
            column(vec![leaf("text", &[], false, text(&[ADDRESS]))]),
            column(vec![leaf("text", &[], false, text(&[OTHER, TEXT, ADDRESS]))]),
            column(vec![
                leaf("text", &[OUTER], false, text(&[IN_OUTER])),
                leaf("int32", &[OUTER, INNER], false, number(INT, "int")),
                leaf("int64", &[OUTER, INNER], false, number(INT, "long")),
            ]),
            column(vec![
                leaf("text", &[], false, list("ARN")),
                leaf("text", &[], false, list("type")),
            ]),
            column(vec![leaf("int32", &[], true, number(NUMBER, "read"))]),
            column(vec![leaf("int64", &[], false, number(NUMBER, "read"))]),
            column(vec![leaf("int64", &[], false, number(TIME, "iso-time"))]),
            column(vec![leaf("boolean", &[], true, number(TRUTH, "boolean"))]),
        ],
    }))
    .expect("a format")
}

/// Numbers that are the same in every run (SplitMix64).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
    pub fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }
    pub fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len() as u64) as usize]
    }
}

pub struct Builder {
    pub rows: Rows,
    fill: usize,
}

impl Builder {
    pub fn new(rows: usize, arena: usize) -> Builder {
        let limits = Limits {
            arena,
            slots: rows.max(64) * SLOTS * 9,
        };
        Builder {
            rows: Rows::new(SLOTS, limits),
            fill: 0,
        }
    }
    /// Starts a row; its time and object.
    pub fn row(&mut self, time: i64, object: u32) {
        let row = self.rows.count;
        self.rows.times[row] = time;
        self.rows.objects[row] = object;
        self.rows.source_rows[row] = row as u32 / 2 + 1;
        self.rows.hashes[row] = (row as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.rows.count += 1;
    }
    pub fn text(&mut self, slot: u32, text: &str) {
        let at = self.fill;
        self.fill += text.len();
        assert!(self.fill <= self.rows.arena, "the test's arena is full");
        self.rows.memory[at..self.fill].copy_from_slice(text.as_bytes());
        self.rows.fill(
            self.rows.count - 1,
            slot,
            Span {
                at: at as u32,
                len: text.len() as u32,
            },
        );
    }
    pub fn number(&mut self, slot: u32, number: i64) {
        self.rows.fill_number(self.rows.count - 1, slot, number);
    }
}
