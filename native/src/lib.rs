//! headrig's native front: raw bytes of logs in, column chunks of Parquet out, driven by the format data that the
//! portable front (`src/front`) is driven by. It gives the same rows, rejects and pages as that one.

mod interner;
mod pages;
mod panics;
pub mod parquet;
pub mod plan;
pub mod pool;
pub mod read;
pub mod rows;
pub mod scan;

// A test binary has no Node to be seen by.
#[cfg(all(feature = "addon", not(test)))]
mod addon;
