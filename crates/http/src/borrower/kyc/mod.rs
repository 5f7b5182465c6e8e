pub mod submit;
pub mod upload;
