pub mod approve;
pub mod disburse;
pub mod documents;
pub mod offers;
pub mod payout;
pub mod read;
pub mod reject;
