pub(crate) mod charges;
mod conventions;
pub mod create;
mod fee;
pub mod list;
pub mod replace;
mod shape;
