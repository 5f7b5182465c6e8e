//! Customers: what a sourcing entity does with them, and what is decided about them.

pub mod activity;
pub mod banner;
pub mod create;
pub mod decide;
pub mod eligibility;
pub mod list;
pub mod preapprove;
pub mod push;
pub mod view;
