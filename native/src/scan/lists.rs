//! Lists that a column of lists can hold.

use super::item::Item;
use crate::rows::Rows;

impl Item {
    /// Whether every element of the list at `from`, which was checked, is an object of known keys, each once, with text
    /// or null.
    pub(super) fn is_plain_list(&mut self, rows: &Rows, node: u32, from: usize) -> bool {
        let back = self.at.pos;
        self.at.pos = from + 1;
        let plain = self.are_plain_elements(&rows.memory, node);
        self.at.pos = back;
        plain
    }

    fn are_plain_elements(&mut self, memory: &[u8], node: u32) -> bool {
        let at = &mut self.at;
        loop {
            at.skip_space(memory);
            match at.peek(memory) {
                b',' => at.pos += 1,
                b']' => return true,
                b'{' => {
                    at.pos += 1;
                    let mut seen = 0u64;
                    loop {
                        at.skip_space(memory);
                        match at.peek(memory) {
                            b',' => {
                                at.pos += 1;
                                continue;
                            }
                            b'}' => {
                                at.pos += 1;
                                break;
                            }
                            _ => {}
                        }
                        let name = at.pos + 1;
                        if !at.skip_string(memory) || at.escaped {
                            return false;
                        }
                        let Some(key) = self.tree.find(node, memory, name, at.pos - name - 1) else {
                            return false;
                        };
                        let bit = 1u64 << (key.number & 63);
                        if seen & bit != 0 {
                            return false;
                        }
                        seen |= bit;
                        at.skip_space(memory);
                        at.pos += 1;
                        at.skip_space(memory);
                        if !matches!(at.peek(memory), b'"' | b'n') || !at.skip_value(memory) {
                            return false;
                        }
                    }
                }
                _ => return false,
            }
        }
    }
}
