//! What a leaf's entries must be, told as plainly as can be.

use crate::parquet::ObjectFacts;
use crate::plan::{Fact, Fixed, Leaf, NO_SLOT, Physical, Reading, Source};
use crate::rows::Rows;
use crate::scan::addresses::ip_key;
use crate::scan::times::{epoch_time, iso_time};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Text(Vec<u8>),
    Number(i64),
}

#[derive(Debug, PartialEq, Eq, Default)]
pub struct Entries {
    pub defs: Vec<i16>,
    pub reps: Vec<i16>,
    pub values: Vec<Value>,
}

pub fn facts_of(object: u32) -> ObjectFacts {
    ObjectFacts {
        uri: format!("s3://bucket/key-{object}"),
        account: (!object.is_multiple_of(3)).then(|| format!("{:012}", object * 7)),
        region: (!object.is_multiple_of(2)).then(|| "eu-west-1".to_owned()),
    }
}

pub fn entries(leaf: &Leaf, rows: &Rows, order: &[u32], ingested_at: i64) -> Entries {
    let mut entries = Entries::default();
    for &row in order {
        let row = row as usize;
        if let Source::List { slot, name } = &leaf.source {
            list(row, *slot, name, rows, &mut entries);
            continue;
        }
        let depth = leaf.presence.iter().take_while(|&&slot| rows.has(row, slot)).count();
        let value = if depth < leaf.presence.len() {
            None
        } else {
            value(leaf, rows, row, ingested_at)
        };
        entries.defs.push(depth as i16 + i16::from(value.is_some()));
        entries.values.extend(value);
    }
    entries
}

fn value(leaf: &Leaf, rows: &Rows, row: usize, ingested_at: i64) -> Option<Value> {
    let text = |slot: u32| rows.has(row, slot).then(|| rows.text(rows.span(row, slot)).to_vec());
    let first = |slots: &[u32]| slots.iter().find_map(|&slot| text(slot));
    match &leaf.source {
        Source::Text { slots, fact } => {
            let facts = facts_of(rows.objects[row]);
            let told = match fact {
                None => None,
                Some(Fact::Uri) => Some(facts.uri),
                Some(Fact::Account) => facts.account,
                Some(Fact::Region) => facts.region,
            };
            first(slots).or(told.map(String::into_bytes)).map(Value::Text)
        }
        Source::Number {
            slot,
            reading: Reading::Read,
        } => rows.has(row, *slot).then(|| Value::Number(rows.number(row, *slot))),
        Source::Number { slot, reading } => text(*slot).map(|text| {
            Value::Number(match reading {
                Reading::Boolean => i64::from(text == b"true"),
                Reading::IsoTime => iso_time(&text),
                Reading::EpochSeconds => epoch_time(&text),
                _ => String::from_utf8(text).expect("digits").parse().expect("a number"),
            })
        }),
        Source::Fixed { what: Fixed::Time } => Some(Value::Number(rows.times[row])),
        Source::Fixed { what: Fixed::Record } => Some(Value::Number(i64::from(rows.source_rows[row]))),
        Source::Fixed { what: Fixed::Ingested } => Some(Value::Number(ingested_at * 1000)),
        Source::Id { slot } => {
            let own = if *slot == NO_SLOT { None } else { text(*slot) };
            Some(Value::Text(
                own.unwrap_or_else(|| format!("{:016x}", rows.hashes[row]).into_bytes()),
            ))
        }
        Source::IpKey { slots } => {
            let mut key = [0; 32];
            let text = first(slots)?;
            ip_key(&text, &mut key).then(|| Value::Text(key.to_vec()))
        }
        Source::List { .. } => None,
    }
}

fn list(row: usize, slot: u32, name: &str, rows: &Rows, to: &mut Entries) {
    if !rows.has(row, slot) {
        to.defs.push(0);
        to.reps.push(0);
        return;
    }
    let json: Vec<serde_json::Value> = serde_json::from_slice(rows.text(rows.span(row, slot))).expect("a list");
    if json.is_empty() {
        to.defs.push(1);
        to.reps.push(0);
    }
    for (i, element) in json.iter().enumerate() {
        to.reps.push(i16::from(i > 0));
        let value = element.get(name).and_then(|v| v.as_str());
        to.defs.push(if !element.is_object() {
            2
        } else if value.is_none() {
            3
        } else {
            4
        });
        to.values.extend(value.map(|v| Value::Text(v.as_bytes().to_vec())));
    }
}

/// A value as bounds spell it.
pub fn spelled(value: &Value, physical: Physical) -> String {
    let bytes = match value {
        Value::Text(text) => text.clone(),
        Value::Number(n) => {
            let width = match physical {
                Physical::Boolean => 1,
                Physical::Int32 => 4,
                _ => 8,
            };
            n.to_le_bytes()[..width].to_vec()
        }
    };
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
