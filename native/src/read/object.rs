//! One object into rows, all of it at once.

use std::fs::File;
use std::io::{self, Seek};
use std::mem;

use super::compression::{Compression, Hint, MAGIC_BYTES, hint_of};
use super::detect::{Detection, Probe, detect};
use super::output::Pipe;
use super::pieces::Source;
use super::stored::{Unreadable, read_up_to};
use super::text::{Text, plain, to_utf8};
use super::whole::Whole;
use super::{Chosen, Events, Outcome, Reader, Start, Stored, Task};
use crate::rows::piece_bytes;

/// Objects up to this size, as stored, are read at once.
const WHOLE_BYTES: usize = 16 << 20;

enum InPlace {
    Read(Chosen),
    /// The text lies in the scratch instead.
    Apart,
    NoRoom,
    Broken,
}

impl Reader {
    pub(super) fn read_object(&mut self, task: &Task, events: &mut dyn Events) -> Outcome {
        match &task.source {
            Stored::Bytes(bytes) => self
                .read_whole(task, bytes, events)
                .unwrap_or_else(|| self.read_pieces(task, Compression::of(bytes), Source::Bytes(bytes), events)),
            Stored::Path(path) => match File::open(path) {
                Ok(file) => self.read_file(task, file, events),
                Err(error) => Outcome::failed(task, Unreadable::open(&error, path)),
            },
        }
    }

    fn read_file(&mut self, task: &Task, mut file: File, events: &mut dyn Events) -> Outcome {
        let mut buffer = mem::take(&mut self.stored);
        let outcome = match load(&mut file, task.size, &mut buffer) {
            Ok(len) => {
                let stored = &buffer[..len];
                let is_whole = len <= WHOLE_BYTES && task.size <= WHOLE_BYTES as u64;
                let whole = if is_whole {
                    self.read_whole(task, stored, events)
                } else {
                    None
                };
                whole.unwrap_or_else(|| match file.rewind() {
                    Ok(()) => self.read_pieces(task, Compression::of(stored), Source::File(file), events),
                    Err(error) => Outcome::failed(task, Unreadable::read(&error)),
                })
            }
            Err(error) => Outcome::failed(task, Unreadable::read(&error)),
        };
        self.stored = buffer;
        outcome
    }

    /// None: the text is larger than a piece may be, or zstd is broken.
    fn read_whole(&mut self, task: &Task, stored: &[u8], events: &mut dyn Events) -> Option<Outcome> {
        let compression = Compression::of(stored);
        let limit = piece_bytes(self.limits.arena);
        let room = match hint_of(compression, stored) {
            Hint::Broken => return Some(Outcome::portable(task)),
            Hint::Size(size) => usize::try_from(size).ok().filter(|&size| size <= limit)?,
            Hint::Unknown => 0,
        };
        if compression == Compression::None {
            return Some(self.read_text(task, stored, compression, events));
        }
        let target = self.asked.or(self.likely).or(self.last);
        if let Some(format) = target.filter(|_| room > 0) {
            let (result, len) = self.read_in_place(task, format, compression, stored, room, events);
            match result {
                InPlace::Read(chosen) => {
                    let text_bytes = text_bytes(compression, len.raw, len.text);
                    return Some(self.finish(task, chosen, text_bytes, None, events));
                }
                InPlace::Broken => return Some(Outcome::portable(task)),
                InPlace::NoRoom => {}
                InPlace::Apart => return Some(self.read_scratch(task, len.raw, compression, events)),
            }
        }
        if self.scratch.len() < limit {
            // Zeroed memory that nobody touches costs nothing.
            self.scratch = vec![0; limit];
        }
        match self.inflater.inflate(compression, stored, &mut self.scratch[..limit]) {
            Whole::Text(len) => Some(self.read_scratch(task, len, compression, events)),
            Whole::TooLarge => None,
            Whole::Broken => Some(Outcome::portable(task)),
        }
    }

    /// Inflates an object to where the scanner of its neighbours' log type wants it: mostly it is of that type.
    fn read_in_place(
        &mut self,
        task: &Task,
        format: usize,
        compression: Compression,
        stored: &[u8],
        room: usize,
        events: &mut dyn Events,
    ) -> (InPlace, Lengths) {
        self.make_scanner(format);
        let Some(scanner) = &mut self.scanners[format] else {
            return (InPlace::NoRoom, Lengths::default());
        };
        let mut pipe = Pipe {
            out: &mut self.out,
            events,
        };
        scanner.begin(task.index, self.fields.as_deref());
        let tail = scanner.tail(room, &mut pipe);
        let room = room.min(tail.len());
        let mut lengths = Lengths::default();
        let result = match self.inflater.inflate(compression, stored, &mut tail[..room]) {
            Whole::TooLarge => InPlace::NoRoom,
            Whole::Broken => InPlace::Broken,
            Whole::Text(len) => {
                let raw = &tail[..len];
                if let Some(skip) = plain(raw).filter(|&skip| skip < len) {
                    let probe = Probe::new(&task.key, &raw[skip..]);
                    if let Detection::Format { at, reason } = detect(&self.detectors, self.asked, self.likely, probe)
                        && at == format
                        && !probe.is_parquet()
                    {
                        lengths = Lengths {
                            raw: len,
                            text: len - skip,
                        };
                        self.likely = Some(format);
                        let (account, region) = self.detectors[format].key_facts(&task.key);
                        pipe.out.tell_facts(account, region);
                        scanner.scan(skip, len - skip, true, &mut pipe);
                        return (InPlace::Read(Chosen { format, reason }), lengths);
                    }
                }
                lengths.raw = len;
                if self.scratch.len() < len {
                    self.scratch = vec![0; len];
                }
                self.scratch[..len].copy_from_slice(raw);
                InPlace::Apart
            }
        };
        // None of its rows can have been handed over.
        scanner.undo();
        (result, lengths)
    }

    fn read_scratch(&mut self, task: &Task, len: usize, compression: Compression, events: &mut dyn Events) -> Outcome {
        let scratch = mem::take(&mut self.scratch);
        let outcome = self.read_text(task, &scratch[..len], compression, events);
        self.scratch = scratch;
        outcome
    }

    fn read_text(&mut self, task: &Task, raw: &[u8], compression: Compression, events: &mut dyn Events) -> Outcome {
        let decoded = to_utf8(raw);
        let (text, note) = match &decoded {
            Text::Plain { skip } => (&raw[*skip..], None),
            Text::Decoded { text, note } => (text.as_bytes(), Some(*note)),
        };
        match self.start(task, text) {
            Start::Nothing(outcome) => outcome,
            Start::Scan(chosen) => {
                self.feed(chosen.format, text, true, events);
                let text_bytes = text_bytes(compression, raw.len(), text.len());
                self.finish(task, chosen, text_bytes, note, events)
            }
        }
    }
}

#[derive(Default)]
struct Lengths {
    raw: usize,
    text: usize,
}

/// What the portable front counts: it reads zstd and bzip2 in pieces, and counts them before it decodes their text.
fn text_bytes(compression: Compression, raw: usize, text: usize) -> u64 {
    match compression {
        Compression::Zstd | Compression::Bzip2 => raw as u64,
        Compression::Gzip | Compression::None => text as u64,
    }
}

/// Reads a file, or of a large one enough to know its compression; how much came. A file may have grown since it was
/// listed.
fn load(file: &mut File, size: u64, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let most = WHOLE_BYTES + 1;
    let wanted = match usize::try_from(size) {
        Ok(size) if size < most => size + 1,
        _ => MAGIC_BYTES,
    };
    grow(buffer, wanted);
    let len = read_up_to(file, &mut buffer[..wanted])?;
    if len < wanted || wanted == MAGIC_BYTES {
        return Ok(len);
    }
    grow(buffer, most);
    Ok(len + read_up_to(file, &mut buffer[len..most])?)
}

fn grow(buffer: &mut Vec<u8>, len: usize) {
    if buffer.len() < len {
        buffer.resize(len, 0);
    }
}
