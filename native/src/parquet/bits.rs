//! Levels and indexes: Parquet's hybrid of runs and bit-packing, and its variable-length numbers.

pub fn varint(mut v: u64, out: &mut Vec<u8>) {
    while v >= 0x80 {
        out.push(v as u8 | 0x80);
        v >>= 7;
    }
    out.push(v as u8);
}

pub fn zigzag(v: i64) -> u64 {
    (v as u64) << 1 ^ (v >> 63) as u64
}

/// Bits that numbers up to `max` take.
pub fn width_of(max: u32) -> u32 {
    32 - max.leading_zeros()
}

fn all_equal(source: &[u8]) -> bool {
    let first = source.first().copied().unwrap_or(0);
    source
        .chunks(64)
        .all(|chunk| chunk.iter().fold(0, |all, &b| all | (b ^ first)) == 0)
}

/// Levels, behind their size: one run when they are equal, else bit-packed.
pub fn put_levels(source: &[u8], max: u8, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    if all_equal(source) {
        varint((source.len() as u64) << 1, out);
        out.push(source.first().copied().unwrap_or(0));
    } else {
        varint((source.len().div_ceil(8) as u64) << 1 | 1, out);
        pack_bytes(source, width_of(u32::from(max)), out);
    }
    let size = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&size.to_le_bytes());
}

/// Numbers below 256, each in `width` bits, up to a whole group of eight.
fn pack_bytes(source: &[u8], width: u32, out: &mut Vec<u8>) {
    out.reserve(source.len().div_ceil(8) * width as usize + 8);
    let (groups, rest) = source.as_chunks::<8>();
    if width == 1 {
        out.extend(
            groups
                .iter()
                .map(|group| pack_group(u64::from_le_bytes(*group), 1) as u8),
        );
    } else {
        groups
            .iter()
            .for_each(|group| put_group(pack_group(u64::from_le_bytes(*group), width), width, out));
    }
    if !rest.is_empty() {
        let mut group = [0; 8];
        group[..rest.len()].copy_from_slice(rest);
        put_group(pack_group(u64::from_le_bytes(group), width), width, out);
    }
}
#[inline(always)]
fn put_group(bits: u64, width: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&bits.to_le_bytes()[..width as usize]);
}
/// Eight bytes below 2^width next to one another.
#[inline(always)]
fn pack_group(bytes: u64, width: u32) -> u64 {
    if width == 1 {
        return bytes.wrapping_mul(0x0102_0408_1020_4080) >> 56;
    }
    // Pairs, then pairs of those, then the two halves.
    let by = 8 - width;
    let pairs = bytes & 0x00ff_00ff_00ff_00ff | (bytes & 0xff00_ff00_ff00_ff00) >> by;
    let fours = pairs & 0x0000_ffff_0000_ffff | (pairs & 0xffff_0000_ffff_0000) >> (2 * by);
    fours & 0xffff_ffff | (fours >> 32) << (4 * width)
}

/// Indexes into a dictionary of `distinct` entries, behind their width.
pub fn put_indexes(indexes: &[u32], distinct: usize, out: &mut Vec<u8>) {
    let width = width_of((distinct as u32).saturating_sub(1));
    out.push(width as u8);
    if width == 0 {
        return varint((indexes.len() as u64) << 1, out);
    }
    varint((indexes.len().div_ceil(8) as u64) << 1 | 1, out);
    macro_rules! by_width {
        ($($w:literal)*) => { match width { $($w => pack_words::<$w>(indexes, out),)* _ => unreachable!("a dictionary has at most 32,768 entries") } };
    }
    by_width!(1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
}

fn pack_words<const WIDTH: usize>(source: &[u32], out: &mut Vec<u8>) {
    let start = out.len();
    let groups = source.len().div_ceil(8);
    // A group is written as sixteen bytes, of which the next one overwrites those that are too many.
    out.resize(start + groups * WIDTH + 16, 0);
    let mut at = start;
    let (whole, rest) = source.as_chunks::<8>();
    for group in whole {
        put_words::<WIDTH>(group, &mut out[at..]);
        at += WIDTH;
    }
    if !rest.is_empty() {
        let mut group = [0; 8];
        group[..rest.len()].copy_from_slice(rest);
        put_words::<WIDTH>(&group, &mut out[at..]);
        at += WIDTH;
    }
    out.truncate(at);
}
#[inline(always)]
fn put_words<const WIDTH: usize>(group: &[u32; 8], to: &mut [u8]) {
    let (mut low, mut high) = (0u64, 0u64);
    for i in 0..4 {
        low |= u64::from(group[i]) << (i * WIDTH);
        high |= u64::from(group[i + 4]) << (i * WIDTH);
    }
    let bits = u128::from(low) | u128::from(high) << (4 * WIDTH);
    if let Some(to) = to.first_chunk_mut::<16>() {
        *to = bits.to_le_bytes();
    }
}
