//! What a wrapper holds beside its records.

use super::cursor::{EOF, NONE, SYNTAX, byte};
use super::json::{Json, Mode};
use super::progress::Progress;
use super::tree::{ROOT, kind};
use crate::rows::Rows;

impl Json {
    /// Behind a wrapper's records: reads what else it holds. False: more input is wanted.
    pub(super) fn read_wrap(&mut self, rows: &Rows, progress: &mut Progress, mark: usize, last: bool) -> bool {
        let memory = &rows.memory[..];
        let at = &mut self.item.at;
        match byte(memory, at.pos) {
            b'}' => {
                at.pos += 1;
                self.close();
                return true;
            }
            b',' => {
                at.err = NONE;
                at.pos += 1;
                at.skip_space(memory);
                let name = at.pos + 1;
                if at.skip_key(memory) {
                    let mut stop = at.pos - 1;
                    while byte(memory, stop) != b'"' {
                        stop -= 1;
                    }
                    let key = self.item.tree.find(ROOT, memory, name, stop - name);
                    at.skip_space(memory);
                    if at.peek(memory) == b'[' && key.is_some_and(|key| key.kind == kind::CONTAINER) {
                        at.pos += 1;
                        self.mode = Mode::Container;
                        self.first = true;
                        return true;
                    }
                    if at.skip_value(memory) {
                        if at.pos < at.end || last {
                            return true;
                        }
                        at.err = EOF;
                    }
                }
                if at.err == EOF && !last {
                    at.pos = mark;
                    return false;
                }
            }
            _ => at.err = NONE,
        }
        progress.record = progress.record.wrapping_add(1);
        let code = if self.item.at.err == NONE {
            SYNTAX
        } else {
            self.item.at.err
        };
        self.give_up(rows, progress, code, mark);
        true
    }
}
