//! Real servers for tests: what stands outside the program stands here, and is spoken to over real sockets.

#[cfg(any(feature = "smtp", feature = "vendor"))]
mod certificate;
pub mod postgres;
#[cfg(feature = "s3")]
pub mod s3;
#[cfg(feature = "smtp")]
pub mod smtp;
#[cfg(feature = "statement")]
pub mod statement;
#[cfg(feature = "vendor")]
pub mod vendor;
