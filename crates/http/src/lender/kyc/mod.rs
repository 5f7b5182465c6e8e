pub mod approve;
pub mod reject;
