pub mod activity;
pub mod banner;
pub mod create;
pub mod eligibility;
pub mod profile;
pub mod push;
pub mod session;
pub mod token;
