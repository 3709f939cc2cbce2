//! Where a column's texts lie: in the memory of the rows, or at the side of the column itself.

use crate::rows::{SLACK, Span};

/// Two pieces of memory as one: places from the end of `memory` on are in `side`. Both end in `SLACK` that no text is in.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    memory: &'a [u8],
    side: &'a [u8],
}

impl<'a> Texts<'a> {
    pub fn new(memory: &'a [u8], side: &'a [u8]) -> Texts<'a> {
        Texts { memory, side }
    }

    /// Whether all these texts, and what may be read behind them, are there.
    pub fn hold(&self, spans: &[u64]) -> bool {
        let limit = self.memory.len() as u64;
        let memory_end = limit.saturating_sub(SLACK as u64);
        let side_end = limit + self.side.len().saturating_sub(SLACK) as u64;
        let mut bad = false;
        for &word in spans {
            let at = word & 0xffff_ffff;
            bad |= at + (word >> 32) > if at < limit { memory_end } else { side_end };
        }
        !bad
    }

    #[inline(always)]
    pub fn get(&self, word: u64) -> &'a [u8] {
        let Span { at, len } = Span::unpack(word);
        let (at, len) = (at as usize, len as usize);
        match at.checked_sub(self.memory.len()) {
            None => &self.memory[at..at + len],
            Some(at) => &self.side[at..at + len],
        }
    }

    /// Where a text starts that `hold` has answered for: its bytes and the `SLACK` behind them can be read.
    #[inline(always)]
    pub fn start(&self, word: u64) -> *const u8 {
        debug_assert!(self.hold(&[word]));
        let at = word as u32 as usize;
        // SAFETY: `hold` has shown that the place is in one of the two.
        unsafe {
            if at < self.memory.len() {
                self.memory.as_ptr().add(at)
            } else {
                self.side.as_ptr().add(at - self.memory.len())
            }
        }
    }
}

impl Texts<'_> {
    /// Has the processor fetch a text that is needed soon: a record's texts lie far from those of the next record.
    #[inline(always)]
    pub fn prefetch(&self, word: u64) {
        let p = self.start(word);
        #[cfg(target_arch = "x86_64")]
        // SAFETY: hints, which read nothing; the end of a text is within `SLACK` of it.
        unsafe {
            use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            _mm_prefetch::<_MM_HINT_T0>(p.cast());
            _mm_prefetch::<_MM_HINT_T0>(p.add((word >> 32) as usize).cast());
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = p;
    }
}

/// How many values ahead texts are fetched.
pub const AHEAD: usize = 24;

/// Whether two texts of one length, more than sixteen, are equal behind their first sixteen bytes.
#[inline(always)]
pub fn same_rest(a: *const u8, b: *const u8, len: usize) -> bool {
    let mut at = 16;
    while at < len - 8 {
        if load64(a, at) != load64(b, at) {
            return false;
        }
        at += 8;
    }
    load64(a, len - 8) == load64(b, len - 8)
}

/// Eight bytes.
#[inline(always)]
pub fn load64(p: *const u8, at: usize) -> u64 {
    // SAFETY: at most `SLACK` behind a text that `Texts::hold` has answered for.
    unsafe { u64::from_le_bytes(p.add(at).cast::<[u8; 8]>().read_unaligned()) }
}

#[inline(always)]
fn mix(h: u64, v: u64) -> u64 {
    let h = (h ^ v).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h ^ h >> 32
}
/// Of long texts the ends only: numbering gives up when that makes too many collide.
#[inline(always)]
pub fn hash_text(p: *const u8, len: usize) -> u32 {
    let mut h = (len as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    if len >= 8 {
        let last = len - 8;
        let mut at = 0;
        if len > 64 {
            for i in 0..4 {
                h = mix(h, load64(p, i * 8));
            }
            at = last - 24;
        }
        while at < last {
            h = mix(h, load64(p, at));
            at += 8;
        }
        h = mix(h, load64(p, last));
    } else if len > 0 {
        h = mix(h, load64(p, 0) << ((8 - len) * 8));
    }
    // Once more: a product's lower bits, which choose the place, do not depend on the last bytes of a text.
    (h.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}

/// The first sixteen bytes of a text, zeros behind its end.
#[inline(always)]
pub fn head(p: *const u8, len: usize) -> u128 {
    // SAFETY: as for `load64`.
    let bytes = unsafe { u128::from_le_bytes(p.cast::<[u8; 16]>().read_unaligned()) };
    if len >= 16 {
        bytes
    } else {
        bytes & ((1u128 << (len * 8)) - 1)
    }
}

/// Puts texts into `body`, each behind its length.
pub fn put_plain(texts: Texts, spans: impl Iterator<Item = u64> + Clone, body: &mut Vec<u8>) {
    let mut ahead = spans.clone().skip(AHEAD);
    let need: usize = spans.clone().map(|word| 4 + (word >> 32) as usize).sum();
    body.reserve(need + SLACK);
    let start = body.len();
    let mut at = start;
    for word in spans {
        let len = (word >> 32) as usize;
        if let Some(next) = ahead.next() {
            texts.prefetch(next);
        }
        let from = texts.start(word);
        debug_assert!(at + 4 + len + SLACK <= body.capacity());
        // SAFETY: what is written, and up to 64 bytes behind it, has been reserved; what is read has `SLACK` behind it.
        unsafe {
            let to = body.as_mut_ptr().add(at);
            to.cast::<[u8; 4]>().write_unaligned((len as u32).to_le_bytes());
            if len <= 64 {
                let mut done = 0;
                while done < len {
                    to.add(4 + done)
                        .cast::<u128>()
                        .write_unaligned(from.add(done).cast::<u128>().read_unaligned());
                    done += 16;
                }
            } else {
                std::ptr::copy_nonoverlapping(from, to.add(4), len);
            }
        }
        at += 4 + len;
    }
    debug_assert_eq!(at, start + need);
    // SAFETY: the loop has written all of it: as many bytes as were counted.
    unsafe { body.set_len(at) };
}
