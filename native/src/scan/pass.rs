//! Records that are longer than memory holds.

use super::cursor::byte;
use super::json::{Json, Mode};
use super::scanner::{Reading, Scanner};
use super::{Reason, Sink};

/// A record that is longer than memory holds, and passed over by its brackets, piece by piece.
#[derive(Default)]
pub(super) struct Pass {
    depth: u32,
    begun: bool,
    in_text: bool,
    in_escape: bool,
}

impl Json {
    /// Passes over the record under way, of which no byte is read yet. False where lines tell records apart: see `abandon`.
    pub fn pass_record(&mut self) -> bool {
        let can = matches!(self.mode, Mode::Array | Mode::Container);
        if can {
            self.pass = Some(Pass::default());
        }
        can
    }

    /// Goes on passing; true when the record has ended, or is no JSON and lines must tell.
    pub(super) fn go_on_passing(&mut self, memory: &[u8]) -> bool {
        let Some(mut pass) = self.pass.take() else { return true };
        let end = self.item.at.end;
        for p in self.item.at.pos..end {
            let c = byte(memory, p);
            if pass.in_text {
                if c < 0x20 {
                    self.item.at.pos = p;
                    self.abandon();
                    return true;
                }
                if pass.in_escape {
                    pass.in_escape = false;
                } else if c == b'\\' {
                    pass.in_escape = true;
                } else if c == b'"' {
                    pass.in_text = false;
                }
            } else {
                match c {
                    b'"' => {
                        pass.in_text = true;
                        pass.begun = true;
                    }
                    b'{' | b'[' => {
                        pass.depth = pass.depth.wrapping_add(1);
                        pass.begun = true;
                    }
                    b'}' | b']' => pass.depth = pass.depth.wrapping_sub(1),
                    _ => {}
                }
            }
            if pass.begun && !pass.in_text && pass.depth == 0 {
                self.first = false;
                self.item.at.pos = p + 1;
                return true;
            }
        }
        self.item.at.pos = end;
        self.pass = Some(pass);
        false
    }
}

impl Scanner {
    /// A record longer than the arena: what is there of it is rejected, and reading goes on behind it.
    #[cold]
    pub(super) fn abandon(&mut self, sink: &mut dyn Sink) {
        let record = self.progress.record.wrapping_add(1);
        let reason = format!("a record longer than {} bytes", self.rows.arena * 3 / 4);
        self.progress
            .reject_for(record, Reason::Text(reason), &self.rows.memory[self.scanned..self.fill]);
        self.progress.record = record;
        match &mut self.reading {
            Reading::Fields(_) => self.skip_line = true,
            Reading::Json(json) => {
                if json.pass_record() {
                    self.advance(false, sink);
                    self.flush(sink);
                    return;
                }
                json.abandon();
            }
        }
        // A line that starts with the next piece is known by the newline before it.
        let ends = self.fill > self.scanned && self.rows.memory[self.fill - 1] == b'\n';
        self.rows.memory[0] = b'\n';
        self.fill = usize::from(ends);
        self.scanned = 0;
        self.forget();
        if self.progress.is_full() {
            self.hand_rejects(sink);
        }
    }

    /// Goes on passing over a line; false when it has not ended yet.
    pub(super) fn skip_to_next_line(&mut self) -> bool {
        let found = memchr::memchr(b'\n', &self.rows.memory[self.scanned..self.fill]);
        self.scanned = found.map_or(self.fill, |at| self.scanned + at + 1);
        self.skip_line = found.is_none();
        found.is_some()
    }
}
