//! The records of one batch, shared by its reading threads: `src/front/fingerprints.ts`.

/// What is known of a record when it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meeting {
    New,
    Again,
    SameId,
}

pub struct Fingerprints {}

impl Fingerprints {
    /// As large as so many stored bytes may need.
    pub fn new(_stored_bytes: u64) -> Fingerprints {
        todo!()
    }
    /// Forgets all; false when its size does not fit so many stored bytes: make another then.
    pub fn reuse(&self, _stored_bytes: u64) -> bool {
        todo!()
    }
    /// False: some records found no place, so that copies of them may have been missed.
    pub fn complete(&self) -> bool {
        todo!()
    }
    /// Adds records in order. No other thread adds any meanwhile.
    pub fn add(&self, _ids: &[u64], _prints: &[[u64; 2]], _met: &mut dyn FnMut(usize, Meeting)) {
        todo!()
    }
}
