//! A reading thread: the messages of `src/front/messages.ts`, as JSON, in and out.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::{error, io};

use crate::panics::text_of;
use crate::parquet::WrittenChunks;
use crate::plan::Format;
use crate::read::fingerprints::Fingerprints;
use crate::read::{Batch, Events, Reader, Sifted, Stored, Task};
use crate::rows::Limits;
pub use messages::Setup;
use messages::{BatchStart, ReadTask, ReadTasks, Told};

mod messages;
#[cfg(test)]
mod tests;

/// No log type is asked for.
const AUTO: &str = "auto";
/// Twice a thread's usual: nothing here recurses by what is in an object, and it is only touched as far as it is used.
const STACK_BYTES: usize = 4 << 20;

/// What a thread is asked for; texts are JSON. `B`: bytes of objects, which live until they are read.
pub enum Command<B> {
    Begin {
        text: String,
        copies: Option<Arc<Fingerprints>>,
    },
    Read {
        text: String,
        bytes: Vec<B>,
    },
    Flush,
}

/// The handle of a thread that reads objects, one after another. Dropped, it is left to end by itself.
pub struct ReadingThread<B> {
    commands: Option<Sender<Command<B>>>,
    unwanted: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl<B: AsRef<[u8]> + Send + 'static> ReadingThread<B> {
    /// `tell` gets JSON, from the thread.
    pub fn start(setup: Setup, tell: impl Fn(String) + Send + 'static) -> io::Result<ReadingThread<B>> {
        let (commands, inbox) = channel();
        let unwanted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&unwanted);
        let thread = Builder::new()
            .name("headrig-front".into())
            .stack_size(STACK_BYTES)
            .spawn(move || {
                Worker::new(
                    setup,
                    Teller {
                        send: Box::new(tell),
                        unwanted: flag,
                    },
                )
                .run(&inbox);
            })?;
        Ok(ReadingThread {
            commands: Some(commands),
            unwanted,
            thread: Some(thread),
        })
    }

    /// Never waits. False: the thread has ended.
    pub fn send(&self, command: Command<B>) -> bool {
        self.commands.as_ref().is_some_and(|c| c.send(command).is_ok())
    }
}

impl<B> ReadingThread<B> {
    /// Has the thread end soon; what it does is left as it is. Who wants to know when it has ended waits for the handle.
    pub fn stop(&mut self) -> Option<JoinHandle<()>> {
        self.unwanted.store(true, Ordering::Relaxed);
        self.commands = None;
        self.thread.take()
    }
}

impl<B> Drop for ReadingThread<B> {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Teller {
    send: Box<dyn Fn(String) + Send>,
    unwanted: Arc<AtomicBool>,
}

impl Teller {
    fn tell(&self, told: &Told) {
        // Paths that are no UTF-8 have no JSON; those of a batch come from JSON.
        let text = serde_json::to_string(told).unwrap_or_else(|error| {
            format!(
                r#"{{"kind":"broken","message":"a message cannot be told: {}"}}"#,
                error.classify() as u8
            )
        });
        (self.send)(text);
    }
}

impl Events for Teller {
    fn sifted(&mut self, found: Sifted) {
        if !found.repeats.is_empty() || !found.ids.is_empty() {
            self.tell(&Told::Sifted { found });
        }
    }
    fn written(&mut self, format_id: &str, file: WrittenChunks) {
        self.tell(&Told::Written { format_id, file });
    }
    fn cancelled(&mut self) -> bool {
        self.unwanted.load(Ordering::Relaxed)
    }
}

type Result<T> = std::result::Result<T, Box<dyn error::Error>>;

struct Worker {
    name: String,
    formats: Arc<Vec<Arc<Format>>>,
    /// Made at the first batch: a panic is told then.
    reader: Option<Reader>,
    reasons: Arc<HashMap<u8, String>>,
    limits: Limits,
    batches: u32,
    /// It has failed in the middle of a batch: what it holds is worth nothing.
    broken: bool,
    teller: Teller,
}

impl Worker {
    fn new(setup: Setup, teller: Teller) -> Worker {
        let formats = Arc::new(setup.formats.into_iter().map(Arc::new).collect::<Vec<_>>());
        let limits = Limits {
            arena: setup.arena_bytes,
            slots: setup.slot_bytes,
        };
        let reasons = Arc::new(setup.reasons);
        Worker {
            name: setup.name,
            formats,
            reader: None,
            reasons,
            limits,
            batches: 0,
            broken: false,
            teller,
        }
    }

    fn run<B: AsRef<[u8]>>(mut self, inbox: &Receiver<Command<B>>) {
        for command in inbox {
            if self.teller.cancelled() {
                return;
            }
            if self.broken {
                continue;
            }
            let message = match catch_unwind(AssertUnwindSafe(|| self.handle(command))) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => error.to_string(),
                Err(panic) => text_of(panic.as_ref()),
            };
            self.broken = true;
            self.teller.tell(&Told::Broken { message });
        }
    }

    fn handle<B: AsRef<[u8]>>(&mut self, command: Command<B>) -> Result<()> {
        match command {
            Command::Begin { text, copies } => self.begin(serde_json::from_str(&text)?, copies),
            Command::Read { text, bytes } => self.read(serde_json::from_str(&text)?, bytes),
            Command::Flush => {
                let rejects = match &mut self.reader {
                    Some(reader) => {
                        reader.flush(&mut self.teller)?;
                        reader.rejects()
                    }
                    None => None,
                };
                self.teller.tell(&Told::Flushed { rejects });
                Ok(())
            }
        }
    }

    fn begin(&mut self, start: BatchStart, copies: Option<Arc<Fingerprints>>) -> Result<()> {
        let key = start.key.as_deref().map(key_of).transpose()?;
        let name = format!("{}-{}", self.name, self.batches);
        self.batches += 1;
        let reader = self
            .reader
            .get_or_insert_with(|| Reader::new(Arc::clone(&self.formats), Arc::clone(&self.reasons), self.limits));
        reader.begin(Batch {
            folder: start.folder,
            name,
            format: (start.format != AUTO).then_some(start.format),
            fields: start.fields,
            ingested_at: start.ingested_at,
            copies: copies.zip(key),
        });
        Ok(())
    }

    fn read<B: AsRef<[u8]>>(&mut self, asked: ReadTasks, bytes: Vec<B>) -> Result<()> {
        let reader = self.reader.as_mut().ok_or("objects came before their batch")?;
        if asked.apart {
            reader.flush(&mut self.teller)?;
        }
        let mut bytes = bytes.into_iter();
        let mut outcomes = Vec::with_capacity(asked.tasks.len());
        for ReadTask {
            index,
            uri,
            key,
            size,
            path,
        } in asked.tasks
        {
            if self.teller.cancelled() {
                return Ok(());
            }
            let came;
            let source = match path {
                Some(path) => Stored::Path(path),
                None => {
                    came = bytes.next().ok_or("an object has neither a path nor bytes")?;
                    Stored::Bytes(came.as_ref())
                }
            };
            outcomes.push(reader.read(
                &Task {
                    index,
                    uri,
                    key,
                    size,
                    source,
                },
                &mut self.teller,
            )?);
        }
        self.teller.tell(&Told::Outcomes { outcomes });
        Ok(())
    }
}

fn key_of(hex: &str) -> Result<[u8; 16]> {
    if hex.len() != 32 {
        return Err("the batch's secret has not 16 bytes".into());
    }
    Ok(u128::from_str_radix(hex, 16)?.to_be_bytes())
}
