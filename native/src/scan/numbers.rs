//! Texts to whole numbers, and numbers to digits.

/// A whole number, as text, that 32 or 64 bits hold; in no more digits than their largest has.
pub fn is_integer(text: &[u8], bits: u32) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let n = digits.len();
    if n == 0 || n > if bits == 32 { 10 } else { 19 } || !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    if n < 10 || (bits == 64 && n < 19) {
        return true;
    }
    let v = integer(text);
    if bits == 32 {
        return i32::try_from(v).is_ok();
    }
    // Nineteen digits go beyond 64 bits once at most: the sign tells.
    if n == text.len() { v >= 0 } else { v <= 0 }
}

/// The value of what `is_integer` allows; something else of other texts.
pub fn integer(text: &[u8]) -> i64 {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let v = digits.iter().fold(0i64, |v, c| {
        v.wrapping_mul(10).wrapping_add(i64::from(c.wrapping_sub(b'0')))
    });
    if digits.len() < text.len() { v.wrapping_neg() } else { v }
}

/// The value of one to eight digits, the first of them in the lowest byte of `word`; what is above them does not matter.
#[inline(always)]
pub fn few_digits(word: u64, len: u32) -> Option<i64> {
    debug_assert!((1..=8).contains(&len));
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let shift = (8 - len) * 8;
    let v = word << shift | (ZEROS & !(u64::MAX << shift));
    if v & HIGH != ZEROS || v.wrapping_add(0x0606_0606_0606_0606) & HIGH != ZEROS {
        return None;
    }
    let v = (v & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(2561) >> 8;
    let v = (v & 0x00ff_00ff_00ff_00ff).wrapping_mul(6_553_601) >> 16;
    Some(((v & 0x0000_ffff_0000_ffff).wrapping_mul(42_949_672_960_001) >> 32) as i64)
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Bytes as lower-case hex digits, two each.
pub fn hex(bytes: &[u8], out: &mut [u8]) {
    for (b, two) in bytes.iter().zip(out.chunks_exact_mut(2)) {
        two[0] = HEX[usize::from(b >> 4)];
        two[1] = HEX[usize::from(b & 15)];
    }
}

/// Sixteen lower-case hex digits.
pub fn hex64(v: u64, out: &mut [u8; 16]) {
    hex(&v.to_be_bytes(), out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        let of = |text: &str, bits| is_integer(text.as_bytes(), bits).then(|| integer(text.as_bytes()));
        assert_eq!(of("0", 32), Some(0));
        assert_eq!(of("-0", 64), Some(0));
        assert_eq!(of("0000000007", 32), Some(7));
        assert_eq!(of("2147483647", 32), Some(2_147_483_647));
        assert_eq!(of("-2147483648", 32), Some(-2_147_483_648));
        assert_eq!(of("9223372036854775807", 64), Some(i64::MAX));
        assert_eq!(of("-9223372036854775808", 64), Some(i64::MIN));
        for none in [
            "",
            "-",
            "+1",
            "1.0",
            "1e2",
            "0x1",
            "2147483648",
            "-2147483649",
            "00000000000",
            "--1",
            "1-",
        ] {
            assert_eq!(of(none, 32), None, "{none}");
        }
        for none in [
            "9223372036854775808",
            "-9223372036854775809",
            "9999999999999999999",
            "00000000000000000000",
        ] {
            assert_eq!(of(none, 64), None, "{none}");
        }
    }

    #[test]
    fn digits_by_words() {
        for len in 1..=8u32 {
            for n in [0u64, 1, 7, 12, 99, 12_345_678, 98_765_432] {
                let n = n % 10u64.pow(len);
                let mut text = format!("{n:0w$}", w = len as usize).into_bytes();
                text.resize(8, b'x');
                let word = u64::from_le_bytes(text.clone().try_into().expect("eight bytes"));
                assert_eq!(few_digits(word, len), Some(n as i64));
                for at in 0..len as usize {
                    for wrong in [b'/', b':', b'-', b' ', b'@', 0xb0, 0] {
                        let mut text = text.clone();
                        text[at] = wrong;
                        assert_eq!(
                            few_digits(u64::from_le_bytes(text.try_into().expect("eight bytes")), len),
                            None
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn hex_digits() {
        let mut out = [0; 16];
        hex64(0x0123_4567_89ab_cdef, &mut out);
        assert_eq!(&out, b"0123456789abcdef");
    }
}
