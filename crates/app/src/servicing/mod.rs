//! Loans that live through time: what days bring, what closing takes, what borrowers may do early, what lenders decide.

pub mod bring;
pub mod clock;
pub mod close_early;
pub mod closing;
pub mod day_end;
pub mod decide;
pub mod ledger;
pub mod papers;
pub mod prepay;
pub(crate) mod save;
pub(crate) mod tell;
pub mod undo;
