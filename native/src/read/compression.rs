//! How an object is compressed, and how large its text may be: told by its bytes, names lie.

use super::zstd_frames;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    None,
}

/// First bytes that tell a compression.
pub const MAGIC_BYTES: usize = 16;

impl Compression {
    pub fn of(head: &[u8]) -> Compression {
        match head {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Compression::Zstd,
            [0x42, 0x5a, 0x68, 0x31..=0x39, ..] => Compression::Bzip2,
            _ => Compression::None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::None => "none",
        }
    }
}

/// What an object says of the size of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Bytes; anyone could have written that.
    Size(u64),
    Unknown,
    /// It cannot be inflated, or must not be.
    Broken,
}

pub fn hint_of(compression: Compression, stored: &[u8]) -> Hint {
    match compression {
        // RFC 1952: the last four bytes are the size modulo 2^32, of the last member only.
        Compression::Gzip => match stored.last_chunk::<4>() {
            Some(&tail) => Hint::Size(u64::from(u32::from_le_bytes(tail))),
            None => Hint::Unknown,
        },
        Compression::Zstd => zstd_frames::survey(stored),
        Compression::Bzip2 => Hint::Unknown,
        Compression::None => Hint::Size(stored.len() as u64),
    }
}
