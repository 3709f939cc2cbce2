//! Stored bytes of objects in place, and what is said when they cannot be read.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Why an object cannot be read: a message in the words of Node, and the kind of fault it is.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable {
    pub message: String,
    pub failure: &'static str,
}

impl Unreadable {
    pub fn open(error: &io::Error, path: &Path) -> Unreadable {
        Unreadable::new(error, &format!("open '{}'", path.display()))
    }
    pub fn read(error: &io::Error) -> Unreadable {
        Unreadable::new(error, "read")
    }

    fn new(error: &io::Error, call: &str) -> Unreadable {
        let words = words_of(error);
        let failure = match words.map(|(code, _)| code) {
            Some("EACCES" | "EPERM") => "forbidden",
            Some("ENOENT" | "EISDIR") => "not-found",
            _ => "unavailable",
        };
        let message = match words {
            Some((code, text)) => format!("{code}: {text}, {call}"),
            None => format!("{error}, {call}"),
        };
        Unreadable { message, failure }
    }
}

/// Numbers below 35 are the same on all systems of Unix.
fn words_of(error: &io::Error) -> Option<(&'static str, &'static str)> {
    match error.kind() {
        ErrorKind::NotFound => return Some(("ENOENT", "no such file or directory")),
        ErrorKind::IsADirectory => return Some(("EISDIR", "illegal operation on a directory")),
        ErrorKind::NotADirectory => return Some(("ENOTDIR", "not a directory")),
        ErrorKind::InvalidFilename => return Some(("ENAMETOOLONG", "name too long")),
        ErrorKind::TimedOut => return Some(("ETIMEDOUT", "connection timed out")),
        _ => {}
    }
    match error.raw_os_error()? {
        1 => Some(("EPERM", "operation not permitted")),
        5 => Some(("EIO", "i/o error")),
        6 => Some(("ENXIO", "no such device or address")),
        12 => Some(("ENOMEM", "not enough memory")),
        13 => Some(("EACCES", "permission denied")),
        19 => Some(("ENODEV", "no such device")),
        23 => Some(("ENFILE", "file table overflow")),
        24 => Some(("EMFILE", "too many open files")),
        40 if cfg!(target_os = "linux") => Some(("ELOOP", "too many symbolic links encountered")),
        62 if cfg!(target_os = "macos") => Some(("ELOOP", "too many symbolic links encountered")),
        _ => None,
    }
}

/// Reads until the room is full or there is no more; how much came.
pub fn read_up_to(file: &mut File, room: &mut [u8]) -> io::Result<usize> {
    let mut len = 0;
    while len < room.len() {
        match file.read(&mut room[len..]) {
            Ok(0) => break,
            Ok(n) => len += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(len)
}
