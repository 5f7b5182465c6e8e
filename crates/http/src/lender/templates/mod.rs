pub(crate) mod charges;
mod conventions;
pub mod create;
mod fee;
mod line;
pub mod list;
mod parts;
pub mod replace;
mod shape;
