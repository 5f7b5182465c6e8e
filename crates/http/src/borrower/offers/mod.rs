pub mod accept;
pub mod list;
