//! One object into rows, piece by piece: large ones, and streams of which nobody knows how large they get.

use std::io;
use std::mem;

use super::compression::Compression;
use super::detect::HEAD_BYTES;
use super::output::Pipe;
use super::pieces::{Fault, Pieces, Source};
use super::stored::Unreadable;
use super::text::Utf8Pieces;
use super::{Chosen, Events, Outcome, Reader, Start, Task};
use crate::rows::piece_bytes;

/// Text scanned at a time.
const PIECE_BYTES: usize = 1 << 20;

/// Where an object that comes in pieces is.
struct Course {
    text: Utf8Pieces,
    /// The text until there is enough of it to tell its format.
    held: Vec<u8>,
    chosen: Option<Chosen>,
    total: u64,
}

impl Reader {
    pub(super) fn read_pieces(
        &mut self,
        task: &Task,
        compression: Compression,
        source: Source,
        events: &mut dyn Events,
    ) -> Outcome {
        let mut pieces = match Pieces::new(compression, source) {
            Ok(pieces) => pieces,
            Err(error) => return Outcome::failed(task, Unreadable::read(&error)),
        };
        let mut piece = mem::take(&mut self.piece);
        piece.resize(PIECE_BYTES.min(piece_bytes(self.limits.arena)), 0);
        let outcome = self.scan_pieces(task, &mut pieces, &mut piece, events);
        self.piece = piece;
        outcome
    }

    fn scan_pieces(&mut self, task: &Task, pieces: &mut Pieces, piece: &mut [u8], events: &mut dyn Events) -> Outcome {
        let mut course = Course {
            text: Utf8Pieces::new(),
            held: Vec::new(),
            chosen: None,
            total: 0,
        };
        loop {
            let len = match pieces.next(piece) {
                Ok(len) => len,
                Err(fault) => return self.end_broken(task, course, fault, events),
            };
            let last = len == 0;
            course.total += len as u64;
            let text = course.text.write(&piece[..len], last);
            if let Some(chosen) = &course.chosen {
                self.feed(chosen.format, text, last, events);
            } else {
                course.held.extend_from_slice(text);
                if course.held.len() >= HEAD_BYTES || last {
                    match self.start(task, &course.held) {
                        Start::Nothing(outcome) => return outcome,
                        Start::Scan(chosen) => {
                            self.feed(chosen.format, &course.held, last, events);
                            course.chosen = Some(chosen);
                            course.held = Vec::new();
                        }
                    }
                }
            }
            if events.cancelled() && self.out.fault.is_none() {
                self.out.fault = Some(io::Error::new(io::ErrorKind::Interrupted, "reading was cancelled"));
            }
            if last || self.out.fault.is_some() {
                let Course {
                    chosen, text, total, ..
                } = course;
                let Some(chosen) = chosen else {
                    return Outcome::portable(task);
                };
                return self.finish(task, chosen, total, text.note, events);
            }
        }
    }

    /// What was read of an object before its bytes turned out broken stays when it is written already, and a reject
    /// says why there is no more; else the portable front saves what can be.
    fn end_broken(&mut self, task: &Task, mut course: Course, fault: Fault, events: &mut dyn Events) -> Outcome {
        let undone = course.chosen.as_ref().is_none_or(|chosen| self.undo(chosen.format));
        let reason = match fault {
            Fault::Corrupt(reason) => reason,
            Fault::Unread(error) => {
                return Outcome::failed(task, Unreadable::read(&error));
            }
        };
        let Some(chosen) = course.chosen.filter(|_| !undone) else {
            return Outcome::portable(task);
        };
        self.feed(chosen.format, course.text.write(&[], true), true, events);
        if let Some(scanner) = &mut self.scanners[chosen.format] {
            scanner.reject_object(reason.clone());
        }
        let outcome = self.finish(task, chosen, course.total, None, events);
        Outcome {
            error: Some(reason),
            ..outcome
        }
    }

    fn undo(&mut self, format: usize) -> bool {
        !self.out.handed && self.scanners[format].as_mut().is_some_and(|scanner| scanner.undo())
    }

    /// Scans text of the object that was begun.
    pub(super) fn feed(&mut self, format: usize, text: &[u8], last: bool, events: &mut dyn Events) {
        if let Some(scanner) = &mut self.scanners[format] {
            scanner.write(
                text,
                last,
                &mut Pipe {
                    out: &mut self.out,
                    events,
                },
            );
        }
    }
}
