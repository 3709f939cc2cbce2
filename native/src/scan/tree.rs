//! The keys of a plan, as the scanner of JSON looks them up.

use crate::plan::{self, NO_SLOT};

/// `KEY_KIND` of `src/front/plan.ts`.
pub(super) mod kind {
    pub const TEXT: u8 = 0;
    pub const JSON: u8 = 1;
    pub const INT: u8 = 2;
    pub const LONG: u8 = 3;
    pub const DOUBLE: u8 = 4;
    pub const TIME: u8 = 6;
    pub const STRUCT: u8 = 7;
    pub const LIST: u8 = 8;
    pub const CONTAINER: u8 = 9;
    pub const ENVELOPE: u8 = 10;
}

/// Flags of a key.
pub(super) mod flag {
    /// Its text is the record's time, in ISO 8601 or in seconds since 1970.
    pub const ISO: u8 = 1;
    pub const EPOCH: u8 = 2;
    /// Its slot holds a number, not its text.
    pub const NUMBER: u8 = 4;
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    name: u32,
    len: u32,
    pub slot: u32,
    /// A node's number.
    pub child: u32,
    pub kind: u8,
    pub flags: u8,
}

struct Node {
    first: u32,
    count: u32,
    /// The key that is expected next, from 0: keys mostly come in the order last seen.
    next: u32,
}

pub(super) struct Tree {
    nodes: Vec<Node>,
    keys: Vec<Key>,
    /// The names of all keys, then zeros that may be read.
    names: Vec<u8>,
    /// How many structs may lie around a value.
    pub depth: usize,
}

/// A key that no node has: its value is looked at as JSON.
pub(super) const UNKNOWN: Key = Key {
    name: 0,
    len: 0,
    slot: NO_SLOT,
    child: 0,
    kind: kind::JSON,
    flags: 0,
};
pub(super) const ROOT: u32 = 0;

impl Tree {
    pub fn new(root: &plan::Node) -> Tree {
        let mut tree = Tree {
            nodes: Vec::new(),
            keys: Vec::new(),
            names: Vec::new(),
            depth: 0,
        };
        tree.add(root, 0);
        tree.names.extend([0; 16]);
        tree
    }

    fn add(&mut self, node: &plan::Node, depth: usize) -> u32 {
        self.depth = self.depth.max(depth);
        let number = self.nodes.len();
        let first = self.keys.len();
        self.nodes.push(Node {
            first: first as u32,
            count: node.keys.len() as u32,
            next: 0,
        });
        for key in &node.keys {
            let name = self.names.len() as u32;
            self.names.extend(key.name.as_bytes());
            self.keys.push(Key {
                name,
                len: key.name.len() as u32,
                slot: key.slot,
                child: 0,
                kind: key.kind,
                flags: key.flags,
            });
        }
        for (i, key) in node.keys.iter().enumerate() {
            if let Some(child) = &key.child {
                self.keys[first + i].child = self.add(child, depth + 1);
            }
        }
        number as u32
    }

    /// The key of a node with the name at `[at, at + len)`: its number within the node, and what it is.
    #[inline(always)]
    pub fn find(&mut self, node: u32, memory: &[u8], at: usize, len: usize) -> Option<(u32, Key)> {
        let Node { first, count, next } = self.nodes[node as usize];
        if next < count {
            let key = self.keys[(first + next) as usize];
            if key.len as usize == len && self.is_named(&key, memory, at, len) {
                self.nodes[node as usize].next = next + 1;
                return Some((next, key));
            }
        }
        self.search(node, memory, at, len)
    }

    #[inline(never)]
    fn search(&mut self, node: u32, memory: &[u8], at: usize, len: usize) -> Option<(u32, Key)> {
        let Node { first, count, next } = self.nodes[node as usize];
        let next = next.min(count);
        for i in (next..count).chain(0..next) {
            let key = self.keys[(first + i) as usize];
            if key.len as usize == len && self.is_named(&key, memory, at, len) {
                self.nodes[node as usize].next = i + 1;
                return Some((i, key));
            }
        }
        None
    }

    #[inline(always)]
    fn is_named(&self, key: &Key, memory: &[u8], at: usize, len: usize) -> bool {
        let name = key.name as usize;
        let mut i = 0;
        while i + 8 <= len {
            if word(memory, at + i) != word(&self.names, name + i) {
                return false;
            }
            i += 8;
        }
        // Up to seven bytes are left; what is behind them is shifted out.
        let left = len - i;
        let other = word(memory, at + i) ^ word(&self.names, name + i);
        left == 0 || other << (64 - left * 8) == 0
    }
}

/// Eight bytes as a little-endian word.
#[inline(always)]
pub(super) fn word(memory: &[u8], at: usize) -> u64 {
    debug_assert!(at + 8 <= memory.len());
    // SAFETY: memory goes on for `SLACK` behind any text, and names for 16 bytes.
    u64::from_le(unsafe { memory.as_ptr().add(at).cast::<u64>().read_unaligned() })
}
