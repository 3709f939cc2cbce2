//! Objects into rows: `src/front/reader.ts`. Compression, encodings of text, detection, copies within the batch.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use crate::panics::text_of;
use crate::plan::Format;
use crate::rows::Limits;
use crate::scan::{Reason, Reject, Scanner};
use detect::{Detection, Detector, Probe, detect};
use output::{Nowhere, Output, Pipe};
pub use task::{Batch, Events, Outcome, Sifted, Stored, Task};
use whole::Inflater;

mod compression;
pub mod detect;
pub mod fingerprints;
mod object;
mod output;
mod pieces;
mod piecewise;
mod stored;
mod task;
mod text;
mod whole;
mod zstd_frames;

/// Reads objects, one after another; memory stays from batch to batch.
pub struct Reader {
    formats: Arc<Vec<Arc<Format>>>,
    limits: Limits,
    detectors: Vec<Detector>,
    /// By number of the format; made when one is wanted.
    scanners: Vec<Option<Scanner>>,
    out: Output,
    inflater: Inflater,
    stored: Vec<u8>,
    scratch: Vec<u8>,
    piece: Vec<u8>,
    /// Of the batch: the format asked for, the order of fields, the secret.
    asked: Option<usize>,
    fields: Option<Vec<String>>,
    key: Option<[u8; 16]>,
    /// False: a format is unknown here, or has an expression that is none here.
    served: bool,
    likely: Option<usize>,
    /// The log type of the object before, even if that was of another batch.
    last: Option<usize>,
}

/// What is to be done with an object, when its log type is known or cannot be.
enum Start {
    Scan(Chosen),
    Nothing(Outcome),
}

struct Chosen {
    format: usize,
    reason: String,
}

impl Reader {
    /// `reasons`: why a record is rejected, by code (`src/front/reasons.ts`).
    pub fn new(formats: Arc<Vec<Arc<Format>>>, reasons: Arc<HashMap<u8, String>>, limits: Limits) -> Reader {
        Reader {
            detectors: formats.iter().filter_map(|format| Detector::new(format).ok()).collect(),
            scanners: formats.iter().map(|_| None).collect(),
            formats,
            limits,
            out: Output::new(reasons),
            inflater: Inflater::new(),
            stored: Vec::new(),
            scratch: Vec::new(),
            piece: Vec::new(),
            asked: None,
            fields: None,
            key: None,
            served: false,
            likely: None,
            last: None,
        }
    }

    /// Starts a batch; what is left of the one before is forgotten.
    pub fn begin(&mut self, batch: Batch) {
        self.out.begin(&batch);
        self.key = batch.copies.map(|(_, key)| key);
        for scanner in self.scanners.iter_mut().flatten() {
            scanner.flush(&mut Nowhere);
            scanner.set_key(self.key);
        }
        let asked = batch
            .format
            .map(|id| self.formats.iter().position(|known| known.id == id));
        self.served = self.detectors.len() == self.formats.len() && asked != Some(None);
        self.asked = asked.flatten();
        self.fields = batch.fields;
        self.likely = None;
    }

    /// Faults of the object are in the outcome; an error is of the batch: the folder cannot be written to.
    pub fn read(&mut self, task: &Task, events: &mut dyn Events) -> io::Result<Outcome> {
        if !self.served {
            return Ok(Outcome::portable(task));
        }
        self.out.begin_object(task.index, &task.uri, task.size);
        let outcome = match catch_unwind(AssertUnwindSafe(|| self.read_object(task, events))) {
            Ok(outcome) => outcome,
            Err(panic) => {
                let why = text_of(panic.as_ref());
                self.restart(Some(task.index), &why);
                Outcome {
                    error: Some(why),
                    ..Outcome::portable(task)
                }
            }
        };
        self.checked().map(|()| outcome)
    }

    /// Writes what is held of every log type.
    pub fn flush(&mut self, events: &mut dyn Events) -> io::Result<()> {
        let flushed = catch_unwind(AssertUnwindSafe(|| {
            for scanner in self.scanners.iter_mut().flatten() {
                scanner.flush(&mut Pipe {
                    out: &mut self.out,
                    events,
                });
            }
        }));
        if let Err(panic) = flushed {
            self.restart(None, &text_of(panic.as_ref()));
        }
        self.out.forget_facts();
        self.checked()
    }

    /// Where the rejects since the last time are, if there were any: lines of JSON, as `ConvertedBatch.rejects` says.
    pub fn rejects(&mut self) -> Option<PathBuf> {
        self.out.take_rejects()
    }

    /// The batch ends with its first fault.
    fn checked(&self) -> io::Result<()> {
        match &self.out.fault {
            Some(fault) => Err(io::Error::new(fault.kind(), fault.to_string())),
            None => Ok(()),
        }
    }

    /// After a panic nothing is what it seems: all that works on rows is made anew. The batch goes on only when no rows
    /// but those of the object are lost, and the object can be read again.
    fn restart(&mut self, object: Option<u32>, why: &str) {
        let is_safe = object.is_some_and(|object| {
            let rows = self.scanners.iter().flatten().map(|scanner| &scanner.rows);
            !self.out.handed
                && rows
                    .flat_map(|rows| rows.objects.iter().take(rows.count))
                    .all(|&held| held == object)
        });
        self.scanners.fill_with(|| None);
        self.inflater = Inflater::new();
        self.out.restart();
        if !is_safe && self.out.fault.is_none() {
            self.out.fault = Some(io::Error::other(format!(
                "the native reader failed while it held rows of other objects: {why}"
            )));
        }
    }

    fn make_scanner(&mut self, format: usize) -> &mut Scanner {
        self.last = Some(format);
        self.scanners[format].get_or_insert_with(|| {
            let mut scanner = Scanner::new(Arc::clone(&self.formats[format]), self.limits);
            scanner.set_key(self.key);
            scanner
        })
    }

    /// Finds the log type of an object and begins it; an outcome when there is nothing to scan.
    fn start(&mut self, task: &Task, text: &[u8]) -> Start {
        let mut nothing = Outcome::of(task, "skipped");
        nothing.text_bytes = text.len() as u64;
        if text.is_empty() {
            return Start::Nothing(Outcome {
                error: Some("the object is empty".to_owned()),
                ..nothing
            });
        }
        let probe = Probe::new(&task.key, text);
        let (format, reason) = match detect(&self.detectors, self.asked, self.likely, probe) {
            Detection::Format { at, reason } => (at, reason),
            Detection::Skip { at, reason } => {
                let format = Some(self.formats[at].id.clone());
                return Start::Nothing(Outcome {
                    format,
                    error: Some(reason),
                    ..nothing
                });
            }
            Detection::None { reason } => {
                let error = Some(format!("{reason}; name one with --format"));
                self.out.reject(
                    None,
                    &[Reject {
                        row: 0,
                        reason: Reason::Text(reason),
                        raw: probe.raw(),
                    }],
                );
                return Start::Nothing(Outcome {
                    state: "done",
                    rejected: 1,
                    error,
                    ..nothing
                });
            }
        };
        self.likely = Some(format);
        if probe.is_parquet() {
            let format = Some(self.formats[format].id.clone());
            return Start::Nothing(Outcome {
                state: "parquet",
                format,
                ..nothing
            });
        }
        let (account, region) = self.detectors[format].key_facts(&task.key);
        self.out.tell_facts(account, region);
        let fields = self.fields.take();
        self.make_scanner(format).begin(task.index, fields.as_deref());
        self.fields = fields;
        Start::Scan(Chosen { format, reason })
    }

    fn finish(
        &mut self,
        task: &Task,
        chosen: Chosen,
        text_bytes: u64,
        note: Option<&str>,
        events: &mut dyn Events,
    ) -> Outcome {
        let (rows, rejected) = match &mut self.scanners[chosen.format] {
            Some(scanner) => scanner.end(&mut Pipe {
                out: &mut self.out,
                events,
            }),
            None => (0, 0),
        };
        Outcome {
            format: Some(self.formats[chosen.format].id.clone()),
            rows,
            rejected,
            reason: Some(chosen.reason),
            error: note.map(str::to_owned),
            text_bytes,
            ..Outcome::of(task, "done")
        }
    }
}

#[cfg(test)]
mod tests;
