//! Texts to times: µs since 1970.

use super::numbers::{integer, is_integer};
use crate::rows::NO_TIME;

/// Seconds since 1970 of the years 1 to 9999.
const FIRST: i64 = -62_135_596_800;
const LAST: i64 = 253_402_300_799;

/// The number that two digits spell; far below zero when they are none.
#[inline(always)]
fn two(a: u8, b: u8) -> i64 {
    let (a, b) = (a.wrapping_sub(b'0'), b.wrapping_sub(b'0'));
    if a < 10 && b < 10 {
        i64::from(a * 10 + b)
    } else {
        -1_000_000
    }
}

/// Days since 1970 of a proleptic Gregorian date (Howard Hinnant's `days_from_civil`).
fn days(y: i64, m: i64, d: i64) -> i64 {
    let yy = if m <= 2 { y - 1 } else { y };
    let era = (if yy >= 0 { yy } else { yy - 399 }) / 400;
    let yoe = yy - era * 400;
    let doy = (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + d - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

fn days_in(y: i64, m: i64) -> i64 {
    match m {
        2 if y % 4 == 0 && (y % 100 != 0 || y % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// ISO 8601; without a zone it is UTC. `NO_TIME` when it is none.
pub fn iso_time(text: &[u8]) -> i64 {
    let Some((t, rest)) = text.split_first_chunk::<19>() else {
        return NO_TIME;
    };
    if t[4] != b'-' || t[7] != b'-' || !matches!(t[10], b'T' | b't' | b' ') || t[13] != b':' || t[16] != b':' {
        return NO_TIME;
    }
    let y = two(t[0], t[1]) * 100 + two(t[2], t[3]);
    let (m, d) = (two(t[5], t[6]), two(t[8], t[9]));
    let (h, min, s) = (two(t[11], t[12]), two(t[14], t[15]), two(t[17], t[18]));
    if y < 1 || !(1..=12).contains(&m) || d < 1 || d > days_in(y, m) {
        return NO_TIME;
    }
    if !(0..=23).contains(&h) || !(0..=59).contains(&min) || !(0..=60).contains(&s) {
        return NO_TIME;
    }
    let Some((micros, zone)) = fraction(rest) else {
        return NO_TIME;
    };
    let Some(offset) = offset(zone) else { return NO_TIME };
    let seconds = (days(y, m, d) * 24 + h) * 3600 + min * 60 + s - offset;
    if (FIRST..=LAST).contains(&seconds) {
        seconds * 1_000_000 + micros
    } else {
        NO_TIME
    }
}

/// µs of a fraction of a second, and what comes behind it.
fn fraction(rest: &[u8]) -> Option<(i64, &[u8])> {
    if rest.first() != Some(&b'.') {
        return Some((0, rest));
    }
    let digits = rest[1..].iter().take_while(|c| c.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    Some((decimals(&rest[1..=digits]), &rest[1 + digits..]))
}

/// Digits behind the point as millionths; what is finer is left out.
fn decimals(digits: &[u8]) -> i64 {
    let mut scale = 100_000;
    let mut micros = 0;
    for c in digits.iter().take(6) {
        micros += scale * i64::from(c - b'0');
        scale /= 10;
    }
    micros
}

/// Seconds by which a zone's clocks are ahead.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, rest) = match zone {
        [] | [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (h, m) = match *rest {
        [a, b, c, d] if c != b':' => (two(a, b), two(c, d)),
        [a, b, b':', c, d] => (two(a, b), two(c, d)),
        _ => return None,
    };
    ((0..=18).contains(&h) && (0..=59).contains(&m)).then_some(sign * (h * 60 + m) * 60)
}

/// Whole seconds since 1970; `NO_TIME` beyond the years 1 to 9999.
#[inline(always)]
pub fn epoch_micros(seconds: i64) -> i64 {
    if (FIRST..=LAST).contains(&seconds) {
        seconds * 1_000_000
    } else {
        NO_TIME
    }
}

/// Seconds since 1970, with up to six decimals; `NO_TIME` beyond the years 1 to 9999.
pub fn epoch_time(text: &[u8]) -> i64 {
    let whole = text.iter().position(|&c| c == b'.').unwrap_or(text.len());
    if !is_integer(&text[..whole], 64) {
        return NO_TIME;
    }
    let seconds = integer(&text[..whole]);
    let digits = text.get(whole + 1..).unwrap_or_default();
    if !(FIRST..=LAST).contains(&seconds) || !digits.iter().all(u8::is_ascii_digit) {
        return NO_TIME;
    }
    let micros = decimals(digits);
    let time = seconds * 1_000_000 + if text[0] == b'-' { -micros } else { micros };
    if time < FIRST * 1_000_000 { NO_TIME } else { time }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_times() {
        let of = |text: &str| iso_time(text.as_bytes());
        assert_eq!(of("1970-01-01T00:00:00Z"), 0);
        assert_eq!(of("2024-01-15t08:00:00"), 1_705_305_600_000_000);
        assert_eq!(of("2024-01-15 08:00:00.5+01:00"), 1_705_302_000_500_000);
        assert_eq!(of("2024-01-15T08:00:00.1234567-0130"), 1_705_311_000_123_456);
        assert_eq!(of("0001-01-01T00:00:00z"), FIRST * 1_000_000);
        assert_eq!(of("9999-12-31T23:59:59.999999999Z"), LAST * 1_000_000 + 999_999);
        assert_eq!(of("2016-12-31T23:59:60Z"), of("2017-01-01T00:00:00Z"));
        for none in [
            "",
            "2024-01-15",
            "2024-01-15T08:00:0",
            "2023-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-00-01T00:00:00Z",
            "2024-01-15T24:00:00Z",
            "2024-01-15T08:60:00Z",
            "2024-01-15T08:00:61Z",
            "2024-01-15T08:00:00.",
            "2024-01-15T08:00:00,5",
            "2024-01-15T08:00:00ZZ",
            "2024-01-15T08:00:00+5",
            "2024-01-15T08:00:00+05",
            "2024-01-15T08:00:00+19:00",
            "2024-01-15T08:00:00+05:",
            "2024-01-15T08:00:00+05:6",
            "2024-01-15T08:00:00+0560",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2024/01/15T08:00:00Z",
            "2024-01-15_08:00:00Z",
            "20x4-01-15T08:00:00Z",
            "2024-01-15T08:00:00+05:000",
        ] {
            assert_eq!(of(none), NO_TIME, "{none}");
        }
    }

    #[test]
    fn epoch_times() {
        let of = |text: &str| epoch_time(text.as_bytes());
        assert_eq!(of("0"), 0);
        assert_eq!(of("-0.5"), -500_000);
        assert_eq!(of("1705305600.123456789"), 1_705_305_600_123_456);
        assert_eq!(of("5."), 5_000_000);
        assert_eq!(of("253402300799"), LAST * 1_000_000);
        assert_eq!(of("-62135596800"), FIRST * 1_000_000);
        for none in [
            "",
            "-",
            ".",
            ".5",
            "1.2.3",
            "1e3",
            "+1",
            "253402300800",
            "-62135596801",
            "-62135596800.1",
            "1 ",
            "99999999999999999999",
        ] {
            assert_eq!(of(none), NO_TIME, "{none}");
        }
    }
}
