//! Fingerprints of records: of long ones by HighwayHash, of short ones by SipHash-1-3, which has less to set up. Whoever does
//! not know the key cannot make two that meet.

use highway::{HighwayHash, HighwayHasher, Key};
use siphasher::sip128::SipHasher13;

/// Bytes up to which SipHash takes less time.
const SHORT: usize = 256;

/// Of a batch, a log type and an order of fields: fingerprints of others do not meet these.
pub(super) struct Secret {
    key: Key,
    short: SipHasher13,
}

impl Secret {
    pub fn new(batch: &[u8; 16], format: &str, order: &str) -> Secret {
        let half = |at| u64::from_le_bytes(std::array::from_fn(|i| batch[at + i]));
        let of_batch = HighwayHasher::new(Key([half(0), half(8), 0, 0]));
        // Lengths first: no two pairs of names spell the same.
        let names = [
            &(format.len() as u64).to_le_bytes()[..],
            format.as_bytes(),
            order.as_bytes(),
        ]
        .concat();
        let key = of_batch.hash256(&names);
        // Neither tells anything of the other's key.
        let [low, high] = HighwayHasher::new(Key(key)).hash128(b"short");
        Secret {
            key: Key(key),
            short: SipHasher13::new_with_keys(low, high),
        }
    }

    #[inline(always)]
    pub fn print(&self, raw: &[u8]) -> [u64; 2] {
        if raw.len() <= SHORT {
            let hash = self.short.hash(raw);
            return [hash.h1, hash.h2];
        }
        HighwayHasher::new(self.key).hash128(raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_differ_by_all_that_they_are_made_of() {
        let print =
            |batch: u8, format, order, raw: &str| Secret::new(&[batch; 16], format, order).print(raw.as_bytes());
        let one = print(1, "a", "b", "text");
        assert_eq!(one, print(1, "a", "b", "text"));
        for other in [
            print(2, "a", "b", "text"),
            print(1, "ab", "", "text"),
            print(1, "a", "c", "text"),
            print(1, "a", "b", "texts"),
        ] {
            assert_ne!(one, other);
        }
        let long = "x".repeat(SHORT + 1);
        assert_ne!(print(1, "a", "b", &long), print(1, "a", "c", &long));
        assert_ne!(print(1, "a", "b", &long), print(1, "a", "b", &long[1..]));
    }
}
