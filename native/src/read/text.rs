//! What is done to an object's bytes before they can be read as UTF-8: `src/front/text.ts`.

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

const FROM_UTF16: &str = "decoded from UTF-16";
const REPLACED: &str = "bytes that are no UTF-8 were replaced by U+FFFD";
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
/// Room that a piece which had to be decoded may keep.
const KEPT_BYTES: usize = 4 << 20;

/// An object's bytes as UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub enum Text {
    /// They are, behind so many bytes of a byte-order mark.
    Plain {
        skip: usize,
    },
    Decoded {
        text: String,
        note: &'static str,
    },
}

/// Drops a byte-order mark, decodes UTF-16, and replaces what is no UTF-8 by U+FFFD.
pub fn to_utf8(bytes: &[u8]) -> Text {
    if let Some(encoding) = utf16_of(bytes) {
        return Text::Decoded {
            text: decode(encoding, &bytes[2..]),
            note: FROM_UTF16,
        };
    }
    match plain(bytes) {
        Some(skip) => Text::Plain { skip },
        None => Text::Decoded {
            text: decode(UTF_8, &bytes[mark_of(bytes)..]),
            note: REPLACED,
        },
    }
}

/// The bytes of the mark before a text that can be read as it is; none: it cannot.
pub fn plain(bytes: &[u8]) -> Option<usize> {
    let skip = mark_of(bytes);
    is_utf8(&bytes[skip..]).then_some(skip)
}

fn is_utf8(bytes: &[u8]) -> bool {
    simdutf8::basic::from_utf8(bytes).is_ok()
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn utf16_of(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xff, 0xfe, ..] => Some(UTF_16LE),
        [0xfe, 0xff, ..] => Some(UTF_16BE),
        _ => None,
    }
}

fn mark_of(bytes: &[u8]) -> usize {
    if bytes.starts_with(&MARK) { MARK.len() } else { 0 }
}

/// `to_utf8` of a text that comes in pieces, whatever characters they cut.
pub struct Utf8Pieces {
    /// What the last piece left: a mark or a character that is not whole yet.
    rest: Vec<u8>,
    joined: Vec<u8>,
    decoded: String,
    utf16: Option<Decoder>,
    started: bool,
    /// What had to be done so far; none when nothing had.
    pub note: Option<&'static str>,
}

impl Utf8Pieces {
    pub fn new() -> Utf8Pieces {
        Utf8Pieces {
            rest: Vec::new(),
            joined: Vec::new(),
            decoded: String::new(),
            utf16: None,
            started: false,
            note: None,
        }
    }

    /// The whole characters so far that were not given yet; with `last`, all that is left.
    pub fn write<'a>(&'a mut self, piece: &'a [u8], last: bool) -> &'a [u8] {
        let bytes = if self.rest.is_empty() {
            piece
        } else {
            self.joined.clear();
            self.joined.append(&mut self.rest);
            self.joined.extend_from_slice(piece);
            &self.joined
        };
        let mut skip = 0;
        if !self.started {
            // The mark at the start is three bytes long at most.
            if bytes.len() < MARK.len() && !last {
                self.rest.extend_from_slice(bytes);
                return &[];
            }
            self.started = true;
            if let Some(encoding) = utf16_of(bytes) {
                self.utf16 = Some(encoding.new_decoder_without_bom_handling());
                self.note = Some(FROM_UTF16);
                skip = 2;
            } else {
                skip = mark_of(bytes);
            }
        }
        let bytes = &bytes[skip..];
        self.decoded.clear();
        if self.decoded.capacity() > KEPT_BYTES {
            self.decoded = String::new();
        }
        if let Some(decoder) = &mut self.utf16 {
            decode_piece(decoder, bytes, last, &mut self.decoded);
            return self.decoded.as_bytes();
        }
        let whole = if last { bytes.len() } else { whole_characters(bytes) };
        let (text, rest) = bytes.split_at(whole);
        self.rest.extend_from_slice(rest);
        if is_utf8(text) {
            return text;
        }
        self.note = self.note.or(Some(REPLACED));
        self.decoded = decode(UTF_8, text);
        self.decoded.as_bytes()
    }
}

fn decode_piece(decoder: &mut Decoder, bytes: &[u8], last: bool, text: &mut String) {
    let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(0);
    text.reserve(room);
    // The room suffices for all of the bytes, so that one call takes them.
    let (_, read, _) = decoder.decode_to_string(bytes, text, last);
    debug_assert_eq!(read, bytes.len());
}

/// Length of the part that ends with a whole character: the rest belongs to the next piece.
fn whole_characters(bytes: &[u8]) -> usize {
    for (back, &byte) in bytes.iter().rev().take(4).enumerate() {
        if byte < 0x80 {
            return bytes.len();
        }
        if byte >= 0xc0 {
            let need = if byte >= 0xf0 {
                4
            } else if byte >= 0xe0 {
                3
            } else {
                2
            };
            return if back + 1 >= need {
                bytes.len()
            } else {
                bytes.len() - back - 1
            };
        }
    }
    bytes.len()
}
