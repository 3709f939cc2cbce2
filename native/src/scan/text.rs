//! Texts as JSON spells them, read and written.

#[inline(always)]
pub(crate) fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\n' | b'\r' | b'\t')
}

/// The value of the four hex digits that the text starts with, if it does.
#[inline]
pub(crate) fn hex4(text: &[u8]) -> Option<u32> {
    text.first_chunk::<4>()?
        .iter()
        .try_fold(0, |v, &c| Some(v << 4 | (c as char).to_digit(16)?))
}

/// Writes the text of a JSON string's inside (already checked) to `out`, which is as long as it; returns how long it got.
pub(crate) fn unescape_to(inside: &[u8], out: &mut [u8]) -> usize {
    let mut p = 0;
    let mut at = 0;
    while p < inside.len() {
        let plain = memchr::memchr(b'\\', &inside[p..]).unwrap_or(inside.len() - p);
        out[at..at + plain].copy_from_slice(&inside[p..p + plain]);
        at += plain;
        p += plain;
        let Some(&e) = inside.get(p + 1) else { break };
        p += 2;
        if e == b'u' {
            let mut cp = hex4(&inside[p.min(inside.len())..]).unwrap_or(0xfffd);
            p += 4;
            if cp & 0xfc00 == 0xd800 && inside.get(p) == Some(&b'\\') && inside.get(p + 1) == Some(&b'u') {
                let low = hex4(&inside[p + 2..]).unwrap_or(0);
                if low & 0xfc00 == 0xdc00 {
                    cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
                    p += 6;
                }
            }
            // Half of a surrogate pair has no UTF-8 form.
            let c = char::from_u32(cp).unwrap_or(char::REPLACEMENT_CHARACTER);
            at += c.encode_utf8(&mut out[at..]).len();
            continue;
        }
        out[at] = match e {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            b'b' => 8,
            b'f' => 12,
            other => other,
        };
        at += 1;
    }
    at
}

/// The text of a JSON string's inside (already checked).
pub fn unescape(inside: &[u8]) -> Vec<u8> {
    let mut out = vec![0; inside.len() + 4];
    let len = unescape_to(inside, &mut out);
    out.truncate(len);
    out
}

/// Copies checked JSON without the white space between its tokens to `out`, which is as long as it; returns how long it
/// got. Half of a surrogate pair becomes U+FFFD: other readers of JSON refuse the whole text for it.
pub(crate) fn compact_to(json: &[u8], out: &mut [u8]) -> usize {
    let mut at = 0;
    let mut p = 0;
    while p < json.len() {
        let c = json[p];
        if c != b'"' {
            out[at] = c;
            at += usize::from(!is_space(c));
            p += 1;
            continue;
        }
        let mut start = p;
        p += 1;
        while let Some(found) = memchr::memchr2(b'"', b'\\', json.get(p..).unwrap_or_default()) {
            p += found;
            if json[p] == b'"' {
                break;
            }
            let unit = match json.get(p + 1) {
                Some(b'u') => hex4(&json[p + 2..]).unwrap_or(0),
                _ => {
                    p += 2;
                    continue;
                }
            };
            let high = unit & 0xfc00 == 0xd800;
            if high && json.get(p + 6..p + 8) == Some(b"\\u") && hex4(&json[p + 8..]).unwrap_or(0) & 0xfc00 == 0xdc00 {
                p += 12;
                continue;
            }
            if unit & 0xf800 == 0xd800 {
                out[at..at + p - start].copy_from_slice(&json[start..p]);
                at += p - start;
                out[at..at + 6].copy_from_slice(b"\\ufffd");
                at += 6;
                start = p + 6;
            }
            p += 6;
        }
        p = (p + 1).min(json.len());
        let rest = json.get(start..p).unwrap_or_default();
        out[at..at + rest.len()].copy_from_slice(rest);
        at += rest.len();
    }
    at
}

/// White space as JavaScript has it.
pub(crate) fn is_blank(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// How many bytes `json_string_to` writes.
pub(crate) fn json_string_room(text: &[u8]) -> usize {
    let more = |&c: &u8| match c {
        b'"' | b'\\' => 1,
        0..0x20 => 5,
        _ => 0,
    };
    2 + text.len() + text.iter().map(more).sum::<usize>()
}

/// Writes text as a JSON string, with its quotes, to `out`, which has room for six times its length and two more.
pub(crate) fn json_string_to(text: &[u8], out: &mut [u8]) -> usize {
    let mut at = 1;
    out[0] = b'"';
    for &c in text {
        match c {
            b'"' | b'\\' => {
                out[at..at + 2].copy_from_slice(&[b'\\', c]);
                at += 2;
            }
            0..0x20 => {
                let low = c & 15;
                let digits = [b'0' + (c >> 4), if low < 10 { b'0' + low } else { b'a' + low - 10 }];
                out[at..at + 4].copy_from_slice(b"\\u00");
                out[at + 4..at + 6].copy_from_slice(&digits);
                at += 6;
            }
            _ => {
                out[at] = c;
                at += 1;
            }
        }
    }
    out[at] = b'"';
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_of_json_takes_the_room_that_it_is_said_to() {
        let all: Vec<u8> = (0..=255).collect();
        for text in [&all[..], b"", b"plain", b"\"\\\0\x1f \x7f"] {
            let mut room = vec![0; json_string_room(text)];
            assert_eq!(json_string_to(text, &mut room), room.len(), "{text:?}");
        }
    }

    #[test]
    fn escapes_are_read() {
        for (inside, wanted) in [
            ("", ""),
            ("plain", "plain"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u00e9\u20ac\uD83D\uDE00", "é€😀"),
            (r"a\ud800b", "a\u{fffd}b"),
            (r"\ud800\ud83d\ude00", "\u{fffd}😀"),
            (r"\udc00\ud800", "\u{fffd}\u{fffd}"),
            (r"\ud800\u0041", "\u{fffd}A"),
        ] {
            assert_eq!(
                String::from_utf8(unescape(inside.as_bytes())).as_deref(),
                Ok(wanted),
                "{inside}"
            );
        }
        // Never checked, never a panic.
        for odd in [r"\", r"\u", r"\u1", r"\u12g4", r"\ud800\u", r"\ud800\", r"é\ud800\u12"] {
            unescape(odd.as_bytes());
        }
    }

    #[test]
    fn json_is_compacted() {
        let compact = |json: &str| {
            let mut out = vec![0; json.len()];
            let len = compact_to(json.as_bytes(), &mut out);
            String::from_utf8_lossy(&out[..len]).into_owned()
        };
        assert_eq!(compact(" { \"a b\" : [ 1 ,\t\n2 ] }\r\n"), r#"{"a b":[1,2]}"#);
        assert_eq!(
            compact(r#""\ud800 \ud83d\ude00 \\ud800 \udead\"""#),
            r#""\ufffd \ud83d\ude00 \\ud800 \ufffd\"""#
        );
        for odd in ["\"", "\"\\", "\"\\u", "\"\\ud800", "\"\\ud800\\u"] {
            compact(odd);
        }
    }

    #[test]
    fn json_strings_are_written() {
        let mut out = [0; 64];
        let len = json_string_to("a\"\\\u{1}\u{1f}é".as_bytes(), &mut out);
        assert_eq!(&out[..len], "\"a\\\"\\\\\\u0001\\u001fé\"".as_bytes());
    }
}
