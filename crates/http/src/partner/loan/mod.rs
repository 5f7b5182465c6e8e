pub mod agreement;
pub mod cancel;
pub mod details;
pub mod explain;
pub mod kfs;
pub mod offers;
pub mod repay;
pub mod repayments;
