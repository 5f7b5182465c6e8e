//! What came of a claim.

use crate::ports::store::{Claimed, End, Settled};

/// A call that has ended, as it is to be written down.
pub struct Arrival {
    pub settled: Settled,
    pub timed_out: bool,
    /// It said that it is gone.
    pub gone: bool,
}

impl Arrival {
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.settled.end == End::Delivered
    }
}

/// A claim that is given back unsent.
#[must_use]
pub fn given_back(claimed: Claimed) -> Arrival {
    Arrival { settled: Settled { claimed, end: End::Released, attempt: None }, timed_out: false, gone: false }
}
