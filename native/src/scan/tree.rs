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

#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    /// Its number within the node.
    pub number: u32,
    pub slot: u32,
    /// A node's number.
    pub child: u32,
    pub kind: u8,
    pub flags: u8,
}

/// A key that no node has: its value is looked at as JSON.
pub(super) const UNKNOWN: Key = Key {
    number: 0,
    slot: NO_SLOT,
    child: 0,
    kind: kind::JSON,
    flags: 0,
};
pub(super) const ROOT: u32 = 0;

/// Names by their length, first and last bytes, hashed.
struct Node {
    /// The key at each place, and what its name has; `None` where there is none.
    table: Box<[Option<(Print, Key)>]>,
    factor: u64,
    shift: u32,
    /// Names longer than a print tells whole, by number of the key.
    names: Vec<Box<[u8]>>,
}

/// What a name of up to 16 bytes is: its length, its first eight bytes, its last eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Print {
    len: usize,
    first: u64,
    last: u64,
}

impl Print {
    /// Of the name at `[at, at + len)`.
    #[inline(always)]
    fn of(memory: &[u8], at: usize, len: usize) -> Print {
        let whole = if len < 8 { !(u64::MAX << (len * 8)) } else { u64::MAX };
        Print {
            len,
            first: word(memory, at) & whole,
            last: word(memory, at + len.max(8) - 8) & whole,
        }
    }

    #[inline(always)]
    fn hash(&self, factor: u64, shift: u32) -> usize {
        ((self.first ^ self.last.rotate_left(29) ^ self.len as u64).wrapping_mul(factor) >> shift) as usize
    }
}

pub(super) struct Tree {
    nodes: Vec<Node>,
    /// How many structs may lie around a value.
    pub depth: usize,
}

impl Tree {
    pub fn new(root: &plan::Node) -> Tree {
        let mut tree = Tree {
            nodes: Vec::new(),
            depth: 0,
        };
        tree.add(root, 0);
        tree
    }

    fn add(&mut self, node: &plan::Node, depth: usize) -> u32 {
        self.depth = self.depth.max(depth);
        let number = self.nodes.len();
        self.nodes.push(Node {
            table: Box::new([]),
            factor: 0,
            shift: 0,
            names: Vec::new(),
        });
        let mut keys: Vec<(Print, Key)> = Vec::new();
        let mut names: Vec<Box<[u8]>> = Vec::new();
        for key in &node.keys {
            let child = key.child.as_ref().map_or(0, |child| self.add(child, depth + 1));
            let name = key.name.as_bytes();
            let print = Print::of(&[name, &[0; 8]].concat(), 0, name.len());
            let key = Key {
                number: names.len() as u32,
                slot: key.slot,
                child,
                kind: key.kind,
                flags: key.flags,
            };
            // Of keys of one name the first has the values.
            if !names.iter().any(|other| **other == *name) {
                keys.push((print, key));
            }
            names.push(name.into());
        }
        self.nodes[number] = Node::new(&keys, names);
        number as u32
    }

    /// The key of a node with the name at `[at, at + len)`.
    #[inline(always)]
    pub fn find(&self, node: u32, memory: &[u8], at: usize, len: usize) -> Option<Key> {
        let node = &self.nodes[node as usize];
        let print = Print::of(memory, at, len);
        let mut place = print.hash(node.factor, node.shift);
        loop {
            let (other, key) = node.table[place & (node.table.len() - 1)].as_ref()?;
            if *other == print && (len <= 16 || *node.names[key.number as usize] == memory[at..at + len]) {
                return Some(*key);
            }
            place += 1;
        }
    }
}

impl Node {
    /// With a factor that gives each key a place of its own, if one is found soon.
    fn new(keys: &[(Print, Key)], names: Vec<Box<[u8]>>) -> Node {
        let places = (keys.len() * 4).next_power_of_two().max(4);
        let shift = 64 - places.trailing_zeros();
        let clashes = |factor: u64| {
            let mut taken = vec![false; places];
            keys.iter()
                .filter(|(print, _)| std::mem::replace(&mut taken[print.hash(factor, shift)], true))
                .count()
        };
        let (mut factor, mut fewest) = (1, usize::MAX);
        let mut next = 0x9e37_79b9_7f4a_7c15u64;
        for _ in 0..2000 {
            next = next.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(2) | 1;
            let count = clashes(next);
            if count < fewest {
                (factor, fewest) = (next, count);
            }
            if count == 0 {
                break;
            }
        }
        let mut table = vec![None; places];
        for entry in keys {
            let mut place = entry.0.hash(factor, shift);
            while table[place % places].is_some() {
                place += 1;
            }
            table[place % places] = Some(*entry);
        }
        Node {
            table: table.into(),
            factor,
            shift,
            names,
        }
    }
}

/// Eight bytes as a little-endian word.
#[inline(always)]
pub(super) fn word(memory: &[u8], at: usize) -> u64 {
    debug_assert!(at + 8 <= memory.len());
    // SAFETY: memory goes on for `SLACK` behind any text, and names for 8 bytes.
    u64::from_le(unsafe { memory.as_ptr().add(at).cast::<u64>().read_unaligned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_no_others() {
        let lengths = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 24, 40];
        let names: Vec<String> = lengths
            .iter()
            .flat_map(|&len| ["a", "b"].map(|c| c.repeat(len)))
            .collect();
        let keys: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(i, name)| format!(r#"{{"name":"{name}","kind":0,"slot":{i},"flags":0}}"#))
            .collect();
        let root = serde_json::from_str(&format!(r#"{{"keys":[{}]}}"#, keys.join(","))).expect("a node");
        let tree = Tree::new(&root);
        let find = |name: &str| {
            let memory = [b"xyz", name.as_bytes(), &[b'"'; 16]].concat();
            tree.find(ROOT, &memory, 3, name.len()).map(|key| key.slot as usize)
        };
        for (i, name) in names.iter().enumerate() {
            // The empty name comes twice.
            assert_eq!(find(name), Some(if i == 1 { 0 } else { i }), "{name}");
            for at in 0..name.len() {
                let mut other = name.clone().into_bytes();
                other[at] = b'c';
                assert_eq!(find(&String::from_utf8_lossy(&other)), None);
            }
        }
        for none in ["aaaa", "c", "ab", "\0"] {
            assert_eq!(find(none), None);
        }
    }
}
