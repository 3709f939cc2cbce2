//! Headers of pages in Thrift's compact protocol, as much of it as they need.

use super::bits::{varint, zigzag};

/// As Parquet numbers encodings.
pub mod encoding {
    pub const PLAIN: u8 = 0;
    pub const RLE: u8 = 3;
    pub const DELTA: u8 = 5;
    pub const DELTA_LENGTH: u8 = 6;
    pub const DICTIONARY: u8 = 8;
}

/// A field of type i32, `step` numbers behind the one before.
fn i32_field(step: u8, value: usize, out: &mut Vec<u8>) {
    out.push(step << 4 | 5);
    varint(zigzag(value as i64), out);
}
fn struct_field(step: u8, out: &mut Vec<u8>) {
    out.push(step << 4 | 12);
}

/// What a page is, and how many entries it has.
pub enum Page {
    Data { entries: usize, encoding: u8 },
    Dictionary { entries: usize },
}

/// `bytes`, `packed`: the page's size before compression and after.
pub fn put_header(page: &Page, bytes: usize, packed: usize, out: &mut Vec<u8>) {
    let (kind, step) = match page {
        Page::Data { .. } => (0, 2),
        Page::Dictionary { .. } => (2, 4),
    };
    i32_field(1, kind, out);
    i32_field(1, bytes, out);
    i32_field(1, packed, out);
    struct_field(step, out);
    match *page {
        Page::Data { entries, encoding } => {
            i32_field(1, entries, out);
            i32_field(1, usize::from(encoding), out);
            // Levels of definition and of repetition.
            i32_field(1, usize::from(encoding::RLE), out);
            i32_field(1, usize::from(encoding::RLE), out);
        }
        Page::Dictionary { entries } => {
            i32_field(1, entries, out);
            i32_field(1, usize::from(encoding::PLAIN), out);
        }
    }
    // The end of the inner struct, and of the header.
    out.extend_from_slice(&[0, 0]);
}
