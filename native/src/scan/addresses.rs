//! Addresses to keys that sort and match as numbers do.

use super::numbers::hex;

/// A dotted quad to four bytes.
fn ipv4(text: &[u8]) -> Option<[u8; 4]> {
    let mut out = [0; 4];
    let mut parts = text.split(|&c| c == b'.');
    for byte in &mut out {
        let part = parts.next()?;
        // A leading zero is octal to some readers and decimal to others.
        if part.is_empty() || part.len() > 3 || (part.len() > 1 && part[0] == b'0') {
            return None;
        }
        let mut v = 0u32;
        for c in part {
            if !c.is_ascii_digit() {
                return None;
            }
            v = v * 10 + u32::from(c - b'0');
        }
        *byte = u8::try_from(v).ok()?;
    }
    parts.next().is_none().then_some(out)
}

fn hex_value(c: u8) -> Option<u16> {
    (c as char).to_digit(16).map(|v| v as u16)
}

/// RFC 4291 text to sixteen bytes; a zone (`%eth0`) is no part of an address here.
fn ipv6(text: &[u8]) -> Option<[u8; 16]> {
    let mut out = [0; 16];
    let mut filled = 0;
    let mut gap = None;
    let mut p = 0;
    if text.len() >= 2 && text[0] == b':' {
        if text[1] != b':' {
            return None;
        }
        gap = Some(0);
        p = 2;
    }
    while p < text.len() {
        let mut q = p;
        let mut v = 0u16;
        while let Some(digit) = text.get(q).copied().and_then(hex_value) {
            if q - p == 4 {
                return None;
            }
            v = v << 4 | digit;
            q += 1;
        }
        if text.get(q) == Some(&b'.') {
            if filled > 12 {
                return None;
            }
            out[filled..filled + 4].copy_from_slice(&ipv4(&text[p..])?);
            filled += 4;
            break;
        }
        if q == p || filled > 14 {
            return None;
        }
        out[filled..filled + 2].copy_from_slice(&v.to_be_bytes());
        filled += 2;
        p = q;
        if p == text.len() {
            break;
        }
        if text[p] != b':' {
            return None;
        }
        p += 1;
        match text.get(p) {
            None => return None,
            Some(b':') if gap.is_some() => return None,
            Some(b':') => {
                gap = Some(filled);
                p += 1;
            }
            Some(_) => {}
        }
    }
    let Some(gap) = gap else {
        return (filled == 16).then_some(out);
    };
    if filled == 16 {
        return None;
    }
    let tail = filled - gap;
    out.copy_within(gap..filled, 16 - tail);
    out[gap..16 - tail].fill(0);
    Some(out)
}

/// 32 hex digits of an address, an IPv4 one as mapped into IPv6; false when the text is none.
pub fn ip_key(text: &[u8], out: &mut [u8; 32]) -> bool {
    if text.len() < 2 || text.len() > 45 {
        return false;
    }
    let bytes = if text.contains(&b':') {
        ipv6(text)
    } else {
        ipv4(text).map(|four| {
            let mut bytes = [0; 16];
            bytes[10..12].fill(0xff);
            bytes[12..].copy_from_slice(&four);
            bytes
        })
    };
    if let Some(bytes) = &bytes {
        hex(bytes, out);
    }
    bytes.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Option<String> {
        let mut out = [0; 32];
        ip_key(text.as_bytes(), &mut out).then(|| String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn have_the_keys_that_they_are_documented_to_have() {
        for (text, wanted) in [
            ("192.0.2.1", "00000000000000000000ffffc0000201"),
            ("::ffff:192.0.2.1", "00000000000000000000ffffc0000201"),
            ("2001:DB8::1", "20010db8000000000000000000000001"),
            ("::", "00000000000000000000000000000000"),
            ("::1", "00000000000000000000000000000001"),
            ("1:2:3:4:5:6:7::", "00010002000300040005000600070000"),
            ("::2:3:4:5:6:7:8", "00000002000300040005000600070008"),
            ("1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304"),
        ] {
            assert_eq!(key(text).as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn are_what_the_standard_library_takes_for_addresses() {
        for text in [
            "",
            ":",
            "1",
            "fe80::1%eth0",
            "192.0.2.01",
            "192.0.2",
            "192.0.2.1.5",
            "1:2:3:4:5:6:7:8:9",
            "AWS Internal",
            "256.1.1.1",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8::",
            "::1::",
            "1::2::3",
            ":1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:",
            "12345::",
            "g::",
            "::1.2.3.4.5",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1.2.3.4:5",
            "1.2.3.4:80",
            "::.1.2.3",
            "1:::2",
            ":::",
            "0.0.0.0",
            "255.255.255.255",
            "::ffff:1.2.3.256",
            "1:2:3:4:5:6:7:8",
            "a:b:c:d:e:f:0:F",
            "1..2.3",
            ".1.2.3",
            "1.2.3.",
        ] {
            let wanted = text.parse::<std::net::IpAddr>().ok().map(|ip| {
                let v6 = match ip {
                    std::net::IpAddr::V4(v4) => v4.to_ipv6_mapped(),
                    std::net::IpAddr::V6(v6) => v6,
                };
                format!("{:032x}", u128::from(v6))
            });
            assert_eq!(key(text), wanted, "{text}");
        }
    }
}
