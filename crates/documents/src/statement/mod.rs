//! The Key Facts Statement: as PDF and as a page, in each language, from one view.

mod annex_a;
mod annex_bc;
mod page;
pub(crate) mod view;

pub use page::page;
