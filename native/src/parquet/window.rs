//! The rows of one file, in order.

use std::io;

use super::ObjectFacts;
use super::column::Column;
use crate::plan::Fact;
use crate::rows::Rows;

pub struct Window<'a> {
    pub rows: &'a Rows,
    pub order: &'a [u32],
    /// The first of them, when each follows the one before.
    pub run: Option<usize>,
    pub facts: &'a Facts,
    /// µs since 1970.
    pub ingested_at: i64,
}

impl<'a> Window<'a> {
    pub fn new(rows: &'a Rows, order: &'a [u32], facts: &'a Facts, ingested_at: i64) -> Window<'a> {
        let first = order.first().copied().unwrap_or(0);
        let run = order
            .iter()
            .zip(first..)
            .all(|(&row, next)| row == next)
            .then_some(first as usize);
        Window {
            rows,
            order,
            run,
            facts,
            ingested_at,
        }
    }

    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether any of the rows has a value in the slot.
    pub fn any(&self, slot: u32) -> bool {
        if !self.rows.is_used(slot) {
            return false;
        }
        let presents = self.rows.presents(slot);
        match self.run {
            Some(from) => memchr::memchr(1, &presents[from..from + self.len()]).is_some(),
            None => self.order.iter().any(|&row| presents[row as usize] != 0),
        }
    }

    /// What `source` has of each row, in order.
    pub fn gather<T: Copy>(&self, source: &[T], out: &mut Vec<T>) {
        match self.run {
            Some(from) => out.extend_from_slice(&source[from..from + self.len()]),
            None => out.extend(self.order.iter().map(|&row| source[row as usize])),
        }
    }
}

/// What the objects say of their rows.
#[derive(Default)]
pub struct Facts {
    /// By row: which of the objects below it is of.
    objects: Vec<u32>,
    /// By object: where its facts lie, packed as `Column::spans` are.
    uri: Vec<Option<u64>>,
    account: Vec<Option<u64>>,
    region: Vec<Option<u64>>,
}

impl Facts {
    /// Asks once for each object, and puts what is told to the column's side, where it stays.
    pub fn read(&mut self, rows: &Rows, told: &dyn Fn(u32) -> ObjectFacts, column: &mut Column) -> io::Result<()> {
        self.objects.clear();
        self.uri.clear();
        self.account.clear();
        self.region.clear();
        column.side.clear();
        let memory = rows.memory.len();
        let mut known = std::collections::HashMap::new();
        let mut before = None;
        for &object in &rows.objects[..rows.count] {
            let at = match before {
                Some((same, at)) if same == object => at,
                _ => match known.get(&object) {
                    Some(&at) => at,
                    None => {
                        let at = self.uri.len() as u32;
                        let facts = told(object);
                        let mut put =
                            |text: Option<&str>| text.map(|t| column.put_side(memory, t.as_bytes())).transpose();
                        self.uri.push(put(Some(&facts.uri))?);
                        self.account.push(put(facts.account.as_deref())?);
                        self.region.push(put(facts.region.as_deref())?);
                        known.insert(object, at);
                        at
                    }
                },
            };
            before = Some((object, at));
            self.objects.push(at);
        }
        column.kept = column.side.len();
        Ok(())
    }

    /// By row, which of the objects it is of; and by object, where its fact is.
    pub fn of(&self, fact: Fact) -> (&[u32], &[Option<u64>]) {
        let facts = match fact {
            Fact::Uri => &self.uri,
            Fact::Account => &self.account,
            Fact::Region => &self.region,
        };
        (&self.objects, facts)
    }
}
