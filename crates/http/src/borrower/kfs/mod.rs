pub mod acknowledge;
pub mod read;
