//! What a reading thread is told and tells, as JSON.

use std::collections::HashMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::parquet::WrittenChunks;
use crate::plan::Format;
use crate::read::{Outcome, Sifted};

/// What a thread is started with.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    /// Of its files, unique in the pool.
    pub name: String,
    pub formats: Vec<Format>,
    /// Why a record is rejected, by code.
    pub reasons: HashMap<u8, String>,
    pub arena_bytes: usize,
    pub slot_bytes: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchStart {
    pub folder: PathBuf,
    /// A log type's id, or `auto`.
    pub format: String,
    pub fields: Option<Vec<String>>,
    pub ingested_at: i64,
    /// The secret of the batch, hex digits.
    pub key: Option<String>,
}

#[derive(Deserialize)]
pub struct ReadTasks {
    pub tasks: Vec<ReadTask>,
    pub apart: bool,
}

#[derive(Deserialize)]
pub struct ReadTask {
    pub index: u32,
    pub uri: String,
    pub key: String,
    pub size: u64,
    /// None: its bytes are the next of those that came along.
    pub path: Option<PathBuf>,
}

/// What a thread tells.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Told<'a> {
    Outcomes { outcomes: Vec<Outcome> },
    Sifted { found: Sifted },
    Written { format_id: &'a str, file: WrittenChunks },
    Flushed { rejects: Option<PathBuf> },
    Broken { message: String },
}
