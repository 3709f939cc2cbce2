//! Inflates objects in one call, straight to where the scanner wants their text.

use std::io::Read;
use std::ptr::NonNull;

use bzip2::bufread::MultiBzDecoder;
use libdeflate_sys as deflate;

use super::compression::Compression;

/// What became of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// So many bytes of text.
    Text(usize),
    TooLarge,
    Broken,
}

/// Decompressors; their memory stays.
pub struct Inflater {
    deflate: Option<Deflate>,
    zstd: zstd::bulk::Decompressor<'static>,
}

impl Inflater {
    pub fn new() -> Inflater {
        Inflater {
            deflate: None,
            zstd: zstd::bulk::Decompressor::default(),
        }
    }

    /// Inflates all of an object into `text`; what is in there after a failure means nothing.
    pub fn inflate(&mut self, compression: Compression, stored: &[u8], text: &mut [u8]) -> Whole {
        match compression {
            Compression::Gzip => match self.deflate.get_or_insert_with(Deflate::new).gunzip(stored, text) {
                // A hint says nothing of members before the last: more room may be all that is wanted.
                Gunzip::Text(len) => Whole::Text(len),
                Gunzip::NoRoom => Whole::TooLarge,
                Gunzip::Broken => Whole::Broken,
            },
            Compression::Zstd => match self.zstd.decompress_to_buffer(stored, text) {
                Ok(len) => Whole::Text(len),
                // Which of the two it is shows when it is inflated in pieces.
                Err(_) => Whole::TooLarge,
            },
            Compression::Bzip2 => bunzip(stored, text),
            Compression::None => match text.get_mut(..stored.len()) {
                Some(room) => {
                    room.copy_from_slice(stored);
                    Whole::Text(stored.len())
                }
                None => Whole::TooLarge,
            },
        }
    }
}

fn bunzip(stored: &[u8], text: &mut [u8]) -> Whole {
    let mut stream = MultiBzDecoder::new(stored);
    let mut len = 0;
    loop {
        let mut beyond = [0];
        let room = if len < text.len() {
            &mut text[len..]
        } else {
            &mut beyond
        };
        match stream.read(room) {
            Ok(0) => return Whole::Text(len),
            Ok(_) if len == text.len() => return Whole::TooLarge,
            Ok(n) => len += n,
            Err(_) => return Whole::Broken,
        }
    }
}

enum Gunzip {
    Text(usize),
    NoRoom,
    Broken,
}

struct Deflate(NonNull<deflate::libdeflate_decompressor>);

// SAFETY: a decompressor belongs to whoever holds it; it is bound to no thread.
unsafe impl Send for Deflate {}

/// Of a member's flags: its header has a checksum, which libdeflate does not look at.
const HEADER_CHECKSUM: u8 = 2;

impl Deflate {
    fn new() -> Deflate {
        // SAFETY: it takes nothing; what it answers is freed once, below.
        let made = unsafe { deflate::libdeflate_alloc_decompressor() };
        Deflate(NonNull::new(made).expect("there is memory for a decompressor"))
    }

    /// Inflates member after member.
    fn gunzip(&mut self, stored: &[u8], text: &mut [u8]) -> Gunzip {
        let mut rest = stored;
        let mut len = 0;
        loop {
            if rest.get(3).is_none_or(|flags| flags & HEADER_CHECKSUM != 0) {
                return Gunzip::Broken;
            }
            let (used, made) = match self.member(rest, &mut text[len..]) {
                Ok(sizes) => sizes,
                Err(fault) => return fault,
            };
            len += made;
            rest = &rest[used..];
            // Behind the last member zeros may fill a block of a tape; nobody looks what is behind them.
            if rest.first().is_none_or(|&byte| byte == 0) {
                return Gunzip::Text(len);
            }
        }
    }

    /// Stored bytes taken, and bytes of text given.
    fn member(&mut self, stored: &[u8], text: &mut [u8]) -> Result<(usize, usize), Gunzip> {
        let (mut used, mut made) = (0, 0);
        // SAFETY: both slices are given with their lengths, beyond which nothing is read or written.
        let result = unsafe {
            deflate::libdeflate_gzip_decompress_ex(
                self.0.as_ptr(),
                stored.as_ptr().cast(),
                stored.len(),
                text.as_mut_ptr().cast(),
                text.len(),
                &mut used,
                &mut made,
            )
        };
        match result {
            deflate::libdeflate_result_LIBDEFLATE_SUCCESS if used > 0 => Ok((used, made)),
            deflate::libdeflate_result_LIBDEFLATE_INSUFFICIENT_SPACE => Err(Gunzip::NoRoom),
            _ => Err(Gunzip::Broken),
        }
    }
}

impl Drop for Deflate {
    fn drop(&mut self) {
        // SAFETY: it was allocated in `new`, and nobody else has it.
        unsafe { deflate::libdeflate_free_decompressor(self.0.as_ptr()) }
    }
}
