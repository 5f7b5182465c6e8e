pub mod list;
pub mod start;
