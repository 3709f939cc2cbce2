//! What a reader is given, and what it tells.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::fingerprints::Fingerprints;
use super::stored::Unreadable;
use crate::parquet::WrittenChunks;

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
    /// A log type's id. None: by detection.
    pub format: Option<String>,
    pub fields: Option<Vec<String>>,
    /// ms since 1970.
    pub ingested_at: i64,
    /// Given: records that the batch has already are left out.
    pub copies: Option<(Arc<Fingerprints>, [u8; 16])>,
}

/// Told as it happens.
pub trait Events {
    /// What is left out, before the files of the rest are told.
    fn sifted(&mut self, sifted: Sifted);
    fn written(&mut self, format_id: &str, file: WrittenChunks);
    /// Asked between the pieces of large objects: true ends the batch with an error.
    fn cancelled(&mut self) -> bool {
        false
    }
}

impl Outcome {
    pub(super) fn of(task: &Task, state: &'static str) -> Outcome {
        Outcome {
            index: task.index,
            state,
            ..Outcome::default()
        }
    }
    /// This reader is not made for the object: the portable front reads and explains it.
    pub(super) fn portable(task: &Task) -> Outcome {
        Outcome::of(task, "portable")
    }
    pub(super) fn failed(task: &Task, why: Unreadable) -> Outcome {
        Outcome {
            error: Some(why.message),
            failure: Some(why.failure),
            ..Outcome::of(task, "failed")
        }
    }
}
