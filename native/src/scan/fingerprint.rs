//! Fingerprints of records: HighwayHash. Whoever does not know the key cannot make two that meet.

use highway::{HighwayHash, HighwayHasher, Key};

/// Of a batch, a log type and an order of fields: fingerprints of others do not meet these.
pub(super) struct Secret {
    key: Key,
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
        Secret {
            key: Key(of_batch.hash256(&names)),
        }
    }

    #[inline(always)]
    pub fn print(&self, raw: &[u8]) -> [u64; 2] {
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
    }
}
