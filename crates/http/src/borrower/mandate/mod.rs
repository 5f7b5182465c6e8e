pub mod start;
pub mod upload;
