//! Formats as `src/front/native/plan-json.ts` tells them: the compiled plan of the portable front, nothing more.

use serde::Deserialize;

/// No slot: a value that nothing keeps.
pub const NO_SLOT: u32 = 0xffff;

/// A log type. See `ScanPlan` in `src/front/plan.ts` and `LogFormat` in `src/formats/format.ts`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Format {
    pub id: String,
    pub framing: Framing,
    /// How many values a row has room for.
    pub slot_count: usize,
    pub root: Node,
    pub unmapped_slot: u32,
    /// `NO_SLOT` when records have no id of their own.
    pub id_slot: u32,
    pub columns: Vec<Column>,
    pub detection: Detection,
    /// A regular expression with groups `account` and `region`, for an object's key.
    pub key_name: Option<String>,
}

impl Format {
    /// Whether the slot holds whole numbers, not texts.
    pub fn is_number(&self, slot: u32) -> bool {
        let mut keys = self.root.keys.iter();
        keys.any(|key| key.slot == slot && key.flags & flag::NUMBER != 0)
    }
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Framing {
    Json,
    /// Tokens when a file has no header, and the one byte that means "no value".
    Fields {
        order: Vec<String>,
        absent: u8,
    },
}

#[derive(Debug, Default, Deserialize)]
pub struct Node {
    pub keys: Vec<Key>,
}

/// `F_…` of the scanners.
pub mod flag {
    /// Its text is the record's time, in ISO 8601 or in seconds since 1970.
    pub const ISO: u8 = 1;
    pub const EPOCH: u8 = 2;
    /// Its slot holds a number, not its text.
    pub const NUMBER: u8 = 4;
}

#[derive(Debug, Deserialize)]
pub struct Key {
    pub name: String,
    /// `KEY_KIND` of plan.ts.
    pub kind: u8,
    pub slot: u32,
    /// `flag`s.
    pub flags: u8,
    #[serde(default)]
    pub child: Option<Node>,
}

/// A column of the table: its leaves; an optional one is left out of a file in which no row has a value.
#[derive(Debug, Deserialize)]
pub struct Column {
    pub optional: bool,
    pub leaves: Vec<Leaf>,
}

/// A leaf column; see `Leaf` in `src/front/parquet/leaves.ts`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Leaf {
    pub physical: Physical,
    pub max_def: u8,
    pub max_rep: u8,
    pub presence: Vec<u32>,
    pub hot: bool,
    pub source: Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Physical {
    Boolean,
    Int32,
    Int64,
    Text,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Source {
    Text {
        slots: Vec<u32>,
        #[serde(default)]
        fact: Option<Fact>,
    },
    Number {
        slot: u32,
        #[serde(rename = "as")]
        reading: Reading,
    },
    Fixed {
        what: Fixed,
    },
    Id {
        slot: u32,
    },
    IpKey {
        slots: Vec<u32>,
    },
    List {
        slot: u32,
        name: String,
    },
}

/// What an object says of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fact {
    Uri,
    Account,
    Region,
}

/// How a number's text is read; `Read`: the scanner has done it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    Read,
    Int,
    Long,
    Boolean,
    IsoTime,
    EpochSeconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fixed {
    Time,
    Record,
    Ingested,
}

/// How an object is known to be of this log type: the first rule that holds decides.
#[derive(Debug, Deserialize)]
pub struct Detection {
    pub rules: Vec<Rule>,
    /// Why it is not, when no rule holds: score 0.
    pub otherwise: String,
}

/// All that is given must hold.
#[derive(Debug, Deserialize)]
pub struct Rule {
    #[serde(default)]
    pub key: Option<String>,
    /// All of them, somewhere in the head.
    #[serde(default)]
    pub head: Vec<String>,
    /// Some line of the head, without its end.
    #[serde(default)]
    pub line: Option<String>,
    #[serde(default)]
    pub header: Option<Header>,
    pub score: f64,
    /// `{known}` stands for how many names of fields the header has.
    pub reason: String,
    #[serde(default)]
    pub skip: bool,
}

/// The first line (of the first 4,096 characters) has at least three tokens, `least` of them and the `share` of all known names.
#[derive(Debug, Deserialize)]
pub struct Header {
    pub names: Vec<String>,
    pub least: usize,
    pub share: f64,
}
