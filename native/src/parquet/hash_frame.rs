//! A page of hashes as text of 16 hex digits each, compressed as it is made. Its values are coded as
//! DELTA_LENGTH_BYTE_ARRAY: all lengths (which are equal), then all texts. Every digit is as likely as any other, so
//! that zstd's best is a Huffman code of 4 bits for each: which are the hash's own bits. Frames by RFC 8878.

use super::bits::varint;
use crate::scan::numbers::hex64;

/// 128 KiB of text, the largest block.
const BLOCK_ROWS: usize = 8192;
/// A block may not be larger than what it holds.
const LEAST_ROWS: usize = 64;
const RAW: u32 = 0;
const RLE: u32 = 1;
const COMPRESSED: u32 = 2;
/// Bytes of the direct weights of the symbols 0 to 101; that of `f`, 102, follows from them.
const WEIGHTS: usize = 51;

fn block_header(kind: u32, size: usize, last: bool, out: &mut Vec<u8>) {
    let word = (size as u32) << 3 | kind << 1 | u32::from(last);
    out.extend_from_slice(&word.to_le_bytes()[..3]);
}

/// A block of literals in four streams, of a multiple of 4 hashes.
fn hex_block(hashes: &[u64], out: &mut Vec<u8>) {
    let n = hashes.len();
    let stream = n / 4 * 8 + 1;
    let inside = 1 + WEIGHTS + 6 + stream * 4;
    block_header(COMPRESSED, 5 + inside + 1, false, out);
    // Compressed literals, four streams, sizes of 18 bits.
    let sizes = 2 | 3 << 2 | (n as u64) << 8 | (inside as u64) << 22;
    out.extend_from_slice(&sizes.to_le_bytes()[..5]);
    let mut weights = [0; WEIGHTS];
    // `0` to `9` are 48 to 57; `a` to `e` are 97 to 101.
    weights[24..29].fill(0x11);
    weights[48] = 0x01;
    weights[49..].fill(0x11);
    out.push(127 + 102);
    out.extend_from_slice(&weights);
    for _ in 0..3 {
        out.extend_from_slice(&(stream as u16).to_le_bytes());
    }
    for quarter in hashes.chunks_exact((n / 4).max(1)) {
        // Streams are read from their ends, below the topmost bit that is set.
        for hash in quarter.iter().rev() {
            out.extend_from_slice(&hash.to_le_bytes());
        }
        out.push(1);
    }
    // No sequences.
    out.push(0);
}

/// Writes a frame of a page's levels (none is null) and the hashes; returns the size of what it holds.
pub fn hash_frame(hashes: &[u64], out: &mut Vec<u8>) -> usize {
    let n = hashes.len();
    let frame = out.len();
    out.reserve(n * 9 + (n / BLOCK_ROWS + 4) * 160);
    // A single segment whose size takes 4 bytes.
    out.extend_from_slice(&[0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
    let levels = out.len();
    out.extend_from_slice(&[0; 4]);
    // Levels of definition: one run of ones.
    varint((n as u64) << 1, out);
    out.push(1);
    let size = (out.len() - levels - 4) as u32;
    out[levels..levels + 4].copy_from_slice(&size.to_le_bytes());
    // Lengths, DELTA_BINARY_PACKED: blocks of 128 in 4 parts, the count, the first; no delta differs from 0.
    out.extend_from_slice(&[0x80, 0x01, 4]);
    varint(n as u64, out);
    out.push(32);
    let start = out.len() - levels;
    let word = (start as u32) << 3 | RAW << 1;
    out[frame + 9..frame + 12].copy_from_slice(&word.to_le_bytes()[..3]);
    let zeros = (n + 126) / 128 * 5;
    if zeros > 0 {
        block_header(RLE, zeros, false, out);
        out.push(0);
    }
    let mut rest = hashes;
    while rest.len() >= LEAST_ROWS {
        let (block, behind) = rest.split_at(BLOCK_ROWS.min(rest.len() & !3));
        hex_block(block, out);
        rest = behind;
    }
    block_header(RAW, rest.len() * 16, true, out);
    for &hash in rest {
        let mut text = [0; 16];
        hex64(hash, &mut text);
        out.extend_from_slice(&text);
    }
    let content = start + zeros + n * 16;
    out[frame + 5..frame + 9].copy_from_slice(&(content as u32).to_le_bytes());
    content
}
