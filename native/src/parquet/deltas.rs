//! Whole numbers as differences: DELTA_BINARY_PACKED, in blocks of 128 and 4 parts, each of which has a width of its own.

use super::bits::{varint, zigzag};

const BLOCK: usize = 128;
const PART: usize = 32;

/// A block's differences, less the smallest of them.
struct Block {
    low: i64,
    deltas: [u64; BLOCK],
}

impl Block {
    /// Of the numbers behind the first; those of INT32 wrap as its sums do.
    fn of(numbers: &[i64], narrow: bool) -> Block {
        let mut deltas = [0; BLOCK];
        let mut low = i64::MAX;
        for (to, pair) in deltas.iter_mut().zip(numbers.windows(2)) {
            let full = pair[1].wrapping_sub(pair[0]);
            let delta = if narrow { i64::from(full as i32) } else { full };
            low = low.min(delta);
            *to = delta as u64;
        }
        for delta in &mut deltas[..numbers.len() - 1] {
            *delta = delta.wrapping_sub(low as u64);
        }
        Block { low, deltas }
    }
    /// The parts that hold any of `count` differences, and the bits that each takes.
    fn parts(&self, count: usize) -> impl Iterator<Item = (&[u64; PART], u32)> {
        self.deltas
            .as_chunks::<PART>()
            .0
            .iter()
            .take(count.div_ceil(PART))
            .map(|part| {
                let all = part.iter().fold(0, |all, d| all | d);
                (part, 64 - all.leading_zeros())
            })
    }
}

/// Blocks of up to 128 differences: the numbers of each, with the one before.
fn blocks(numbers: &[i64]) -> impl Iterator<Item = &[i64]> {
    (1..numbers.len())
        .step_by(BLOCK)
        .map(|at| &numbers[at - 1..numbers.len().min(at + BLOCK)])
}

pub fn put_deltas(numbers: &[i64], narrow: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(&[0x80, 0x01, 4]);
    varint(numbers.len() as u64, out);
    varint(zigzag(numbers.first().copied().unwrap_or(0)), out);
    for numbers in blocks(numbers) {
        let block = Block::of(numbers, narrow);
        varint(zigzag(block.low), out);
        let widths = out.len();
        out.extend_from_slice(&[0; 4]);
        for (i, (part, width)) in block.parts(numbers.len() - 1).enumerate() {
            out[widths + i] = width as u8;
            put_part(part, width, out);
        }
    }
}

/// 32 numbers in `width` bits each.
fn put_part(part: &[u64; PART], width: u32, out: &mut Vec<u8>) {
    if width == 0 {
        return;
    }
    let (mut bits, mut held) = (0u128, 0);
    for &v in part {
        bits |= u128::from(v) << held;
        held += width;
        if held >= 64 {
            out.extend_from_slice(&(bits as u64).to_le_bytes());
            bits >>= 64;
            held -= 64;
        }
    }
    if held > 0 {
        out.extend_from_slice(&(bits as u32).to_le_bytes());
    }
}

/// About how many bytes the values take as deltas.
pub fn delta_bytes(numbers: &[i64], narrow: bool) -> u32 {
    let mut bytes = 16u32;
    for numbers in blocks(numbers) {
        let block = Block::of(numbers, narrow);
        bytes += 8 + block.parts(numbers.len() - 1).map(|(_, width)| width * 4).sum::<u32>();
    }
    bytes
}
