pub mod read;
pub mod submit;
