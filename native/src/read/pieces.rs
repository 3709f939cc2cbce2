//! Inflates objects piece by piece: `src/front/compression.ts`. Memory is bounded whatever their size.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::GzDecoder;
use zstd::stream::read::Decoder as ZstdDecoder;

use super::compression::Compression;
use super::zstd_frames::WINDOW_LOG;

/// A stream that grows beyond this, and by more than the ratio, is taken for a bomb.
const BOMB_BYTES: u64 = 256 << 20;
const BOMB_RATIO: u64 = 200;
/// Stored bytes read at a time.
const READ_BYTES: usize = 256 << 10;

/// Stored bytes of an object, from their start.
pub enum Source<'a> {
    File(File),
    Bytes(&'a [u8]),
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Source::File(file) => file.read(into),
            Source::Bytes(bytes) => bytes.read(into),
        }
    }
}

/// Why there are no more pieces.
#[derive(Debug)]
pub enum Fault {
    /// The stored bytes are corrupt, or a bomb: the reason.
    Corrupt(String),
    /// They could not be read.
    Unread(io::Error),
}

#[derive(Default)]
struct Seen {
    /// Stored bytes so far.
    read: u64,
    failure: Option<io::Error>,
}

/// Counts what is read, and tells faults of reading from those of decompression.
struct Counted<'a> {
    source: Source<'a>,
    seen: Rc<RefCell<Seen>>,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.source.read(into) {
                Ok(n) => {
                    self.seen.borrow_mut().read += n as u64;
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let kind = error.kind();
                    self.seen.borrow_mut().failure = Some(error);
                    return Err(kind.into());
                }
            }
        }
    }
}

type Input<'a> = BufReader<Counted<'a>>;

enum Decoder<'a> {
    Gzip(Members<'a>),
    Zstd(Box<ZstdDecoder<'static, Input<'a>>>),
    Bzip2(MultiBzDecoder<Input<'a>>),
    None(Counted<'a>),
}

/// The text of an object, piece by piece.
pub struct Pieces<'a> {
    compression: Compression,
    decoder: Decoder<'a>,
    seen: Rc<RefCell<Seen>>,
    given: u64,
}

impl<'a> Pieces<'a> {
    pub fn new(compression: Compression, source: Source<'a>) -> io::Result<Pieces<'a>> {
        let seen = Rc::new(RefCell::new(Seen::default()));
        let counted = Counted {
            source,
            seen: Rc::clone(&seen),
        };
        let decoder = match compression {
            Compression::None => Decoder::None(counted),
            _ => {
                let input = BufReader::with_capacity(READ_BYTES, counted);
                match compression {
                    Compression::Gzip => Decoder::Gzip(Members::new(input)),
                    Compression::Zstd => {
                        let mut decoder = ZstdDecoder::with_buffer(input)?;
                        decoder.window_log_max(WINDOW_LOG)?;
                        Decoder::Zstd(Box::new(decoder))
                    }
                    _ => Decoder::Bzip2(MultiBzDecoder::new(input)),
                }
            }
        };
        Ok(Pieces {
            compression,
            decoder,
            seen,
            given: 0,
        })
    }

    /// The next bytes of the text; 0: there are no more. A bomb is noticed when the piece before was taken.
    pub fn next(&mut self, into: &mut [u8]) -> Result<usize, Fault> {
        let read = self.seen.borrow().read;
        if self.given > BOMB_BYTES && self.given > read.saturating_mul(BOMB_RATIO) {
            return Err(Fault::Corrupt(format!(
                "stopped after {} bytes: the object grows more than {BOMB_RATIO} times its size, like a decompression bomb",
                self.given
            )));
        }
        let result = match &mut self.decoder {
            Decoder::Gzip(members) => members.read(into),
            Decoder::Zstd(decoder) => decoder.read(into),
            Decoder::Bzip2(decoder) => decoder.read(into),
            Decoder::None(source) => source.read(into),
        };
        match result {
            Ok(n) => {
                self.given += n as u64;
                Ok(n)
            }
            Err(error) => {
                let mut seen = self.seen.borrow_mut();
                if let Some(failure) = seen.failure.take() {
                    return Err(Fault::Unread(failure));
                }
                let name = self.compression.name();
                let why = match error.kind() {
                    io::ErrorKind::UnexpectedEof => "unexpected end of file".to_owned(),
                    _ => error.to_string(),
                };
                Err(Fault::Corrupt(format!(
                    "corrupt {name} data near byte {}: {why}",
                    seen.read
                )))
            }
        }
    }
}

/// Inflates gzip, member after member.
struct Members<'a> {
    now: Option<GzDecoder<Input<'a>>>,
}

impl<'a> Members<'a> {
    fn new(input: Input<'a>) -> Members<'a> {
        Members {
            now: Some(GzDecoder::new(input)),
        }
    }

    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.now {
            let n = member.read(into)?;
            if n > 0 {
                return Ok(n);
            }
            let Some(ended) = self.now.take() else { break };
            let mut input = ended.into_inner();
            // Behind the last member zeros may fill a block of a tape; nobody looks what is behind them.
            let next = input.fill_buf()?.first().copied();
            if next.is_some_and(|byte| byte != 0) {
                self.now = Some(GzDecoder::new(input));
            }
        }
        Ok(0)
    }
}
