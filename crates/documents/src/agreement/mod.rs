//! The loan agreement: what a borrower reads, signs and keeps.

pub(crate) mod clauses;
pub(crate) mod data;
pub(crate) mod view;
