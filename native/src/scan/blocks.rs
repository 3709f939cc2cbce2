//! The stops of 64 bytes at a time, as wide as the processor allows.

/// Bytes that are looked at in one step, and that may be read past the end of the text.
pub(super) const BLOCK: usize = 64;

/// Lists the places of `text[..len]` that are looked for, each with `base` added; answers how many. The text goes on for a
/// `BLOCK` at least, and the list has room for one more than `len`.
pub(super) type Collect = fn(text: &[u8], len: usize, base: u32, list: &mut [u32]) -> usize;

/// Finds what may end a string: quotes, backslashes and control characters.
pub(super) fn stops() -> Collect {
    #[cfg(target_arch = "x86_64")]
    if x86::has_avx2() {
        // SAFETY: the features are there.
        return |text, len, base, list| unsafe { x86::avx2::<b'"', b'\\', true>(text, len, base, list) };
    }
    #[cfg(target_arch = "x86_64")]
    return |text, len, base, list| collect(text, len, base, list, x86::sse2::<b'"', b'\\', true>);
    #[cfg(not(target_arch = "x86_64"))]
    return |text, len, base, list| collect(text, len, base, list, words::<b'"', b'\\', true>);
}

/// Finds blanks and newlines.
pub(super) fn breaks() -> Collect {
    #[cfg(target_arch = "x86_64")]
    if x86::has_avx2() {
        // SAFETY: the features are there.
        return |text, len, base, list| unsafe { x86::avx2::<b' ', b'\n', false>(text, len, base, list) };
    }
    #[cfg(target_arch = "x86_64")]
    return |text, len, base, list| collect(text, len, base, list, x86::sse2::<b' ', b'\n', false>);
    #[cfg(not(target_arch = "x86_64"))]
    return |text, len, base, list| collect(text, len, base, list, words::<b' ', b'\n', false>);
}

#[inline(always)]
fn collect(text: &[u8], len: usize, base: u32, list: &mut [u32], mask: impl Fn(&[u8; BLOCK]) -> u64) -> usize {
    // Whatever the text holds, there is room for a stop at each byte and for what is written past the last.
    assert!(list.len() >= len + BLOCK);
    let mut count = 0;
    for (n, block) in text[..len.next_multiple_of(BLOCK)].chunks_exact(BLOCK).enumerate() {
        let Ok(block) = block.try_into() else { break };
        let at = n * BLOCK;
        let mut hits = mask(block);
        if len - at < BLOCK {
            hits &= (1 << (len - at)) - 1;
        }
        let found = hits.count_ones() as usize;
        let mut done = 0;
        while done < found {
            for entry in &mut list[count + done..count + done + 8] {
                *entry = base + at as u32 + hits.trailing_zeros();
                hits &= hits.wrapping_sub(1);
            }
            done += 8;
        }
        count += found;
    }
    count
}

/// Eight bytes at a time, on any machine.
#[cfg_attr(target_arch = "x86_64", allow(dead_code))]
fn words<const A: u8, const B: u8, const CONTROLS: bool>(block: &[u8; BLOCK]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // The high bit of each byte that is zero; exact, whatever its neighbours hold.
    let zeros = |v: u64| !(((v & LOW) + LOW) | v | LOW);
    let mut mask = 0;
    for (n, eight) in block.chunks_exact(8).enumerate() {
        let v = eight.iter().rev().fold(0, |v, &c| v << 8 | u64::from(c));
        let named = zeros(v ^ (ONES * u64::from(A))) | zeros(v ^ (ONES * u64::from(B)));
        let controls = if CONTROLS { zeros(v & (ONES * 0xe0)) } else { 0 };
        // Bit 7 of each byte to the eight bits at the top.
        let bits = ((named | controls) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        mask |= bits << (n * 8);
    }
    mask
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{BLOCK, collect};

    pub(super) fn has_avx2() -> bool {
        std::is_x86_feature_detected!("avx2")
            && std::is_x86_feature_detected!("bmi1")
            && std::is_x86_feature_detected!("bmi2")
            && std::is_x86_feature_detected!("popcnt")
    }

    #[inline(always)]
    pub(super) fn sse2<const A: u8, const B: u8, const CONTROLS: bool>(block: &[u8; BLOCK]) -> u64 {
        let part = |at: usize| {
            // SAFETY: SSE2 is part of x86-64; `at + 16 <= BLOCK`.
            unsafe {
                let v = _mm_loadu_si128(block.as_ptr().add(at).cast());
                let a = _mm_cmpeq_epi8(v, _mm_set1_epi8(A as i8));
                let b = _mm_cmpeq_epi8(v, _mm_set1_epi8(B as i8));
                let mut hits = _mm_or_si128(a, b);
                if CONTROLS {
                    let last = _mm_set1_epi8(0x1f);
                    hits = _mm_or_si128(hits, _mm_cmpeq_epi8(_mm_max_epu8(v, last), last));
                }
                u64::from(_mm_movemask_epi8(hits) as u32)
            }
        };
        part(0) | part(16) << 16 | part(32) << 32 | part(48) << 48
    }

    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    pub(super) fn avx2<const A: u8, const B: u8, const CONTROLS: bool>(
        text: &[u8],
        len: usize,
        base: u32,
        list: &mut [u32],
    ) -> usize {
        collect(text, len, base, list, |block| {
            let part = |at: usize| {
                // SAFETY: the caller has made sure of AVX2; `at + 32 <= BLOCK`.
                unsafe {
                    let v = _mm256_loadu_si256(block.as_ptr().add(at).cast());
                    let a = _mm256_cmpeq_epi8(v, _mm256_set1_epi8(A as i8));
                    let b = _mm256_cmpeq_epi8(v, _mm256_set1_epi8(B as i8));
                    let mut hits = _mm256_or_si256(a, b);
                    if CONTROLS {
                        let last = _mm256_set1_epi8(0x1f);
                        hits = _mm256_or_si256(hits, _mm256_cmpeq_epi8(_mm256_max_epu8(v, last), last));
                    }
                    u64::from(_mm256_movemask_epi8(hits) as u32)
                }
            };
            part(0) | part(32) << 32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_finds_the_same() {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 24
        };
        for round in 0..200 {
            let text: Vec<u8> = (0..1000)
                .map(|_| {
                    if next() < round {
                        b"\"\\\n\0 !#[]\x1f\x20\x80\xff\xa2\xdc"[next() as usize % 15]
                    } else {
                        next() as u8
                    }
                })
                .collect();
            for len in [0, 1, 63, 64, 65, 128, 500, 900] {
                let wanted: Vec<u32> = (0..len)
                    .filter(|&i| matches!(text[i], b'"' | b'\\' | 0..0x20))
                    .map(|i| i as u32 + 7)
                    .collect();
                let blanks: Vec<u32> = (0..len)
                    .filter(|&i| matches!(text[i], b' ' | b'\n'))
                    .map(|i| i as u32 + 7)
                    .collect();
                let ways: &[(Collect, &[u32])] = &[
                    (stops(), &wanted),
                    (breaks(), &blanks),
                    (
                        |t, len, base, list| collect(t, len, base, list, words::<b'"', b'\\', true>),
                        &wanted,
                    ),
                    (
                        |t, len, base, list| collect(t, len, base, list, words::<b' ', b'\n', false>),
                        &blanks,
                    ),
                    #[cfg(target_arch = "x86_64")]
                    (
                        |t, len, base, list| collect(t, len, base, list, x86::sse2::<b'"', b'\\', true>),
                        &wanted,
                    ),
                    #[cfg(target_arch = "x86_64")]
                    (
                        |t, len, base, list| collect(t, len, base, list, x86::sse2::<b' ', b'\n', false>),
                        &blanks,
                    ),
                ];
                for (way, wanted) in ways {
                    let mut list = vec![0; len + BLOCK];
                    let count = way(&text, len, 7, &mut list);
                    assert_eq!(&list[..count], *wanted);
                }
            }
        }
    }
}
