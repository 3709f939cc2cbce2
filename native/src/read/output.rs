//! Where rows and rejects of a batch go: data files, and lines of JSON.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::fingerprints::{Fingerprints, Meeting};
use super::{Batch, Events, Sifted};
use crate::parquet::{ObjectFacts, Writer};
use crate::plan::{Format, NO_SLOT};
use crate::rows::Rows;
use crate::scan::{Reason, Reject, Sink};

/// A rejected record, as the lake's table of rejects has it.
#[derive(Serialize)]
struct RejectLine<'a> {
    format: Option<&'a str>,
    source_object: &'a str,
    source_row: u32,
    reason: &'a str,
    raw: &'a str,
}

pub struct Output {
    reasons: Arc<HashMap<u8, String>>,
    folder: PathBuf,
    name: String,
    ingested_at: i64,
    copies: Option<Arc<Fingerprints>>,
    writer: Writer,
    facts: HashMap<u32, ObjectFacts>,
    left_out: Vec<bool>,
    lines: Vec<u8>,
    rejects: Option<(PathBuf, File)>,
    files: u32,
    /// Stored bytes of the objects since rows were written.
    stored: u64,
    /// The object under way.
    object: u32,
    uri: String,
    /// Some of its rows or rejects are out of our hands.
    pub handed: bool,
    /// The folder cannot be written to: what comes after is dropped.
    pub fault: Option<io::Error>,
}

impl Output {
    pub fn new(reasons: Arc<HashMap<u8, String>>) -> Output {
        Output {
            reasons,
            folder: PathBuf::new(),
            name: String::new(),
            ingested_at: 0,
            copies: None,
            writer: Writer::new(),
            facts: HashMap::new(),
            left_out: Vec::new(),
            lines: Vec::new(),
            rejects: None,
            files: 0,
            stored: 0,
            object: 0,
            uri: String::new(),
            handed: false,
            fault: None,
        }
    }

    pub fn begin(&mut self, batch: &Batch) {
        self.folder.clone_from(&batch.folder);
        self.name.clone_from(&batch.name);
        self.ingested_at = batch.ingested_at;
        self.copies = batch.copies.as_ref().map(|(copies, _)| Arc::clone(copies));
        self.facts.clear();
        self.rejects = None;
        self.stored = 0;
        self.handed = false;
        self.fault = None;
    }

    pub fn begin_object(&mut self, object: u32, uri: &str, stored: u64) {
        self.stored += stored;
        self.object = object;
        uri.clone_into(&mut self.uri);
        self.handed = false;
    }

    pub fn tell_facts(&mut self, account: Option<String>, region: Option<String>) {
        self.facts.insert(
            self.object,
            ObjectFacts {
                uri: self.uri.clone(),
                account,
                region,
            },
        );
    }
    pub fn forget_facts(&mut self) {
        self.facts.clear();
    }

    /// After a panic: what may be half done is made anew.
    pub fn restart(&mut self) {
        self.writer = Writer::new();
        self.left_out = Vec::new();
        self.lines = Vec::new();
    }

    /// Where the rejects since the last time are, if there were any.
    pub fn take_rejects(&mut self) -> Option<PathBuf> {
        self.rejects.take().map(|(path, _)| path)
    }

    /// Writes rejects of the object under way.
    pub fn reject(&mut self, format: Option<&str>, rejects: &[Reject]) {
        if self.fault.is_some() || rejects.is_empty() {
            return;
        }
        self.handed = true;
        if let Err(error) = self.append(format, rejects) {
            self.fault = Some(error);
        }
    }

    fn append(&mut self, format: Option<&str>, rejects: &[Reject]) -> io::Result<()> {
        self.lines.clear();
        for Reject { row, reason, raw } in rejects {
            let reason = match reason {
                Reason::Text(text) => text,
                Reason::Code(code) => self.reasons.get(code).map_or("cannot be read", String::as_str),
            };
            let line = RejectLine {
                format,
                source_object: &self.uri,
                source_row: *row,
                reason,
                raw,
            };
            serde_json::to_writer(&mut self.lines, &line)?;
            self.lines.push(b'\n');
        }
        if self.rejects.is_none() {
            let path = self.folder.join(format!("{}-{}.rejects", self.name, self.files));
            self.files += 1;
            let file = private(OpenOptions::new().append(true).create(true)).open(&path)?;
            self.rejects = Some((path, file));
        }
        match &mut self.rejects {
            Some((_, file)) => file.write_all(&self.lines),
            None => Ok(()),
        }
    }

    fn write(&mut self, format: &Format, rows: &Rows, events: &mut dyn Events) -> io::Result<()> {
        let count = rows.count;
        let mut left_out = None;
        let stored = mem::take(&mut self.stored);
        if let Some(copies) = self.copies.clone() {
            let sifted = sift(format, rows, &copies, stored, &mut self.left_out);
            if !sifted.repeats.is_empty() || !sifted.ids.is_empty() {
                events.sifted(sifted);
            }
            left_out = Some(&self.left_out[..count]);
        }
        let known = &self.facts;
        let facts = |object| known.get(&object).cloned().unwrap_or_default();
        for file in self
            .writer
            .write(format, rows, left_out, &facts, &self.folder, self.ingested_at)?
        {
            events.written(&format.id, file);
        }
        Ok(())
    }
}

/// Logs are nobody else's business.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Holds rows against all that came before in the batch; `left_out`: by row, whether an equal record came before.
fn sift(format: &Format, rows: &Rows, copies: &Fingerprints, stored: u64, left_out: &mut Vec<bool>) -> Sifted {
    let count = rows.count;
    let mut repeats = HashMap::new();
    let mut ids = Vec::new();
    left_out.clear();
    left_out.resize(count, false);
    copies.add(
        &rows.hashes[..count],
        &rows.prints[..count],
        stored,
        &mut |row, meeting| match meeting {
            Meeting::New => {}
            Meeting::Again => {
                left_out[row] = true;
                *repeats.entry(rows.objects[row]).or_insert(0) += 1;
            }
            Meeting::SameId => {
                if format.id_slot != NO_SLOT && rows.has(row, format.id_slot) {
                    let id = rows.text(rows.span(row, format.id_slot));
                    ids.push(String::from_utf8_lossy(id).into_owned());
                }
            }
        },
    );
    Sifted {
        format_id: format.id.clone(),
        repeats,
        ids,
    }
}

/// What a scanner hands its rows to.
pub struct Pipe<'a> {
    pub out: &'a mut Output,
    pub events: &'a mut dyn Events,
}

impl Sink for Pipe<'_> {
    fn rows(&mut self, format: &Format, rows: &Rows) {
        if rows.count == 0 || self.out.fault.is_some() {
            return;
        }
        // Objects are read one after another: the rows of the one under way are the last.
        self.out.handed |= rows.objects[rows.count - 1] == self.out.object;
        if let Err(error) = self.out.write(format, rows, self.events) {
            self.out.fault = Some(error);
        }
    }
    fn rejects(&mut self, format: &Format, rejects: Vec<Reject>) {
        self.out.reject(Some(&format.id), &rejects);
    }
}

/// Takes rows that nobody wants any more.
pub struct Nowhere;

impl Sink for Nowhere {
    fn rows(&mut self, _format: &Format, _rows: &Rows) {}
    fn rejects(&mut self, _format: &Format, _rejects: Vec<Reject>) {}
}
