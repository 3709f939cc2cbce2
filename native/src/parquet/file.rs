//! One data file: its column chunks, each leaf encoded once where several read the same slots.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::Chunk;
use super::leaf::Encoder;
use super::window::Window;
use crate::plan::{Column, Leaf, Source};

const MAGIC: &[u8] = b"PAR1";
/// Chunks from this size on are told as if they were encoded anew for each of their leaves.
const LARGE: usize = 1 << 20;

/// Numbers of the columns that are in the window's file.
pub fn kept_columns(columns: &[Column], window: &Window) -> Vec<usize> {
    let may = |leaf: &Leaf| match &leaf.source {
        Source::Text { fact: Some(_), .. } | Source::Fixed { .. } | Source::Id { .. } => true,
        Source::Text { slots, fact: None } | Source::IpKey { slots } => slots.iter().any(|&slot| window.any(slot)),
        Source::Number { slot, .. } | Source::List { slot, .. } => window.any(*slot),
    };
    let kept = |column: &Column| !column.optional || column.leaves.iter().any(may);
    columns
        .iter()
        .enumerate()
        .filter(|(_, column)| kept(column))
        .map(|(i, _)| i)
        .collect()
}

/// A chunk that other leaves may have too.
struct Kept<'a> {
    leaf: &'a Leaf,
    chunk: Chunk,
    /// In the file, or aside while its turn has not come.
    at: Range<usize>,
    aside: bool,
}

/// Encodes leaves into `out`, which becomes the file's content so far.
pub fn encode_leaves(
    leaves: &[&Leaf],
    window: &Window,
    encoder: &mut Encoder,
    out: &mut Vec<u8>,
    aside: &mut Vec<u8>,
) -> io::Result<Vec<Chunk>> {
    out.clear();
    aside.clear();
    out.extend_from_slice(MAGIC);
    let mut kept: Vec<Kept> = Vec::new();
    let mut chunks = Vec::with_capacity(leaves.len());
    for &leaf in leaves {
        let start = out.len();
        let chunk = match kept
            .iter()
            .find(|kept| is_same(kept.leaf, leaf))
            .and_then(|kept| again(kept, leaf, out, aside))
        {
            Some(chunk) => chunk,
            None => {
                let chunk = encoder.encode(leaf, window, false, out)?;
                if matches!(leaf.source, Source::Text { .. } | Source::IpKey { .. }) {
                    kept.push(Kept {
                        leaf,
                        chunk: chunk.clone(),
                        at: start..out.len(),
                        aside: false,
                    });
                }
                if let Some(key) = key_of(leaf, leaves)
                    && !kept.iter().any(|kept| is_same(kept.leaf, key))
                {
                    // While the column's texts are at hand.
                    let from = aside.len();
                    let chunk = encoder.encode(key, window, true, aside)?;
                    kept.push(Kept {
                        leaf: key,
                        chunk,
                        at: from..aside.len(),
                        aside: true,
                    });
                }
                chunk
            }
        };
        chunks.push(Chunk {
            start: start as u64,
            ..chunk
        });
    }
    Ok(chunks)
}

fn is_same(a: &Leaf, b: &Leaf) -> bool {
    a.source == b.source && a.presence == b.presence
}

/// The leaf of the keys of this leaf's addresses.
fn key_of<'a>(leaf: &Leaf, leaves: &[&'a Leaf]) -> Option<&'a Leaf> {
    let Source::Text { slots, fact: None } = &leaf.source else {
        return None;
    };
    if !leaf.presence.is_empty() {
        return None;
    }
    leaves
        .iter()
        .find(|other| matches!(&other.source, Source::IpKey { slots: of } if of == slots))
        .copied()
}

/// Puts the chunk down once more, unless this leaf has bounds that it was encoded without.
fn again(kept: &Kept, leaf: &Leaf, out: &mut Vec<u8>, aside: &[u8]) -> Option<Chunk> {
    let mut chunk = kept.chunk.clone();
    if !kept.aside && chunk.bytes >= LARGE && chunk.dictionary_bytes == 0 && kept.leaf.hot != leaf.hot {
        if leaf.hot {
            return None;
        }
        (chunk.min, chunk.max) = (None, None);
    }
    match kept.aside {
        true => out.extend_from_slice(&aside[kept.at.clone()]),
        false => out.extend_from_within(kept.at.clone()),
    }
    Some(chunk)
}

/// Writes a new file, for its owner alone; nothing stays of one that could not be written.
pub fn write_new(folder: &Path, content: &[u8]) -> io::Result<PathBuf> {
    let path = folder.join(format!("part-{}.zstd.parquet", uuid::Uuid::new_v4()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    if let Err(error) = file.write_all(content) {
        drop(file);
        // The first error is the one to tell.
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    begin_to_store(&file);
    Ok(path)
}

/// Has the system begin to bring a file to its disk: by the time that somebody must wait for it, most is there.
fn begin_to_store(file: &fs::File) {
    #[cfg(target_os = "linux")]
    // SAFETY: a call that takes no memory. What it answers is of no use: it is a hint.
    unsafe {
        use std::os::fd::AsRawFd;
        libc::sync_file_range(file.as_raw_fd(), 0, 0, libc::SYNC_FILE_RANGE_WRITE);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}
