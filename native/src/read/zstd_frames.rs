//! What the frames of a zstd object ask for, before anything is inflated: `src/front/zstd-frames.ts`.

use super::compression::Hint;

/// As a power of two: largest window that a frame may ask to be held in memory.
pub const WINDOW_LOG: u32 = 27;
/// RFC 8878: what a block may hold.
const BLOCK_BYTES: usize = 128 << 10;

/// Goes through all frames of an object; the size is known when each of them says its own.
pub fn survey(stored: &[u8]) -> Hint {
    let mut rest = stored;
    let mut total = Some(0u64);
    while !rest.is_empty() {
        let Some((size, behind)) = frame(rest) else {
            return Hint::Broken;
        };
        total = total.zip(size).and_then(|(a, b)| a.checked_add(b));
        rest = behind;
    }
    total.map_or(Hint::Unknown, Hint::Size)
}

/// The size of the frame's content, if it says so, and what is behind the frame. None: it is no whole frame, or asks
/// for too much.
fn frame(bytes: &[u8]) -> Option<(Option<u64>, &[u8])> {
    let magic = u32::from_le_bytes(*bytes.first_chunk()?);
    if magic >> 4 == 0x184_d2a5 {
        let length = u32::from_le_bytes(*bytes.get(4..)?.first_chunk()?) as usize;
        return Some((Some(0), bytes.get(8..)?.get(length..)?));
    }
    if magic != 0xfd2f_b528 {
        return None;
    }
    let flags = *bytes.get(4)?;
    let single = flags & 0x20 != 0;
    let dictionary = [0, 1, 2, 4][usize::from(flags & 3)];
    let size_bytes = [usize::from(single), 2, 4, 8][usize::from(flags >> 6)];
    let size_at = 5 + usize::from(!single) + dictionary;
    let size = number(bytes.get(size_at..size_at + size_bytes)?);
    let window = if single { size? } else { window_of(*bytes.get(5)?) };
    if window > 1 << WINDOW_LOG {
        return None;
    }
    let checksum = if flags & 4 != 0 { 4 } else { 0 };
    Some((size, blocks(bytes.get(size_at + size_bytes..)?)?.get(checksum..)?))
}

/// What is behind the last block of a frame.
fn blocks(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    loop {
        let [a, b, c] = *rest.first_chunk::<3>()?;
        let size = usize::from(a >> 3) | usize::from(b) << 5 | usize::from(c) << 13;
        if size > BLOCK_BYTES {
            return None;
        }
        let is_run = (a >> 1) & 3 == 1;
        rest = rest.get(3 + if is_run { 1 } else { size }..)?;
        if a & 1 == 1 {
            return Some(rest);
        }
    }
}

/// The size of a frame's content, in as many bytes as the frame has for it; none: it does not say.
fn number(bytes: &[u8]) -> Option<u64> {
    match bytes {
        [a] => Some(u64::from(*a)),
        [a, b] => Some(u64::from(u16::from_le_bytes([*a, *b])) + 256),
        _ => {
            let little = bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte));
            (!bytes.is_empty()).then_some(little)
        }
    }
}

fn window_of(byte: u8) -> u64 {
    let base = 1u64 << (10 + (byte >> 3));
    base + base / 8 * u64::from(byte & 7)
}
