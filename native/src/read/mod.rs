//! Objects into rows: `src/front/reader.ts`. Compression, encodings of text, detection, copies within the batch.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use crate::parquet::WrittenChunks;
use crate::plan::Format;
use crate::rows::Limits;

pub mod fingerprints;

/// An object of a batch: in place, or its bytes as stored.
pub struct Task<'a> {
    pub index: u32,
    pub uri: String,
    pub key: String,
    pub size: u64,
    pub source: Stored<'a>,
}

pub enum Stored<'a> {
    Path(PathBuf),
    Bytes(&'a [u8]),
}

/// `ReadOutcome` of `src/front/reader.ts`.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    pub index: u32,
    /// A log type's id.
    pub format: Option<String>,
    pub rows: u32,
    pub rejected: u32,
    /// `done`, `skipped`, `failed`; `parquet`: the engine must read it; `portable`: the portable front must.
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub text_bytes: u64,
}

/// `SiftedRows` of `src/front/messages.ts`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sifted {
    pub format_id: String,
    pub repeats: HashMap<u32, u32>,
    pub ids: Vec<String>,
}

/// What a batch is read with.
pub struct Batch {
    pub folder: PathBuf,
    /// Of this thread's files, unique within the folder.
    pub name: String,
    /// Undefined: by detection.
    pub format: Option<Arc<Format>>,
    pub fields: Option<Vec<String>>,
    /// ms since 1970.
    pub ingested_at: i64,
    /// Given: records that the batch has already are left out.
    pub copies: Option<(Arc<fingerprints::Fingerprints>, [u8; 16])>,
}

/// Told as it happens.
pub trait Events {
    /// What is left out, before the files of the rest are told.
    fn sifted(&mut self, sifted: Sifted);
    fn written(&mut self, format_id: &str, file: WrittenChunks);
}

/// Reads objects, one after another; memory stays from batch to batch.
pub struct Reader {}

impl Reader {
    /// `reasons`: why a record is rejected, by code (`src/front/reasons.ts`).
    pub fn new(_formats: Arc<Vec<Arc<Format>>>, _reasons: Arc<HashMap<u8, String>>, _limits: Limits) -> Reader {
        todo!()
    }
    pub fn begin(&mut self, _batch: Batch) {
        todo!()
    }
    /// Faults of the object are in the outcome; an error is of the batch: the folder cannot be written to.
    pub fn read(&mut self, _task: &Task, _events: &mut dyn Events) -> std::io::Result<Outcome> {
        todo!()
    }
    /// Writes what is held of every log type.
    pub fn flush(&mut self, _events: &mut dyn Events) -> std::io::Result<()> {
        todo!()
    }
    /// Where the rejects of the batch are, if there were any: lines of JSON, as `ConvertedBatch.rejects` says.
    pub fn rejects(&mut self) -> Option<PathBuf> {
        todo!()
    }
}
