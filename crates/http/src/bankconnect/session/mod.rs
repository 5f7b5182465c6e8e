//! Hosted uploads: a call that opens a page, and the page, which works without JavaScript.

pub mod open;
pub mod page;
