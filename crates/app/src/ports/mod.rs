//! What use cases need from the world, as traits. Whoever speaks SQL, HTTP or PDF stands behind one of these.

pub mod blobs;
pub mod clock;
pub mod connector;
pub mod courier;
pub mod documents;
pub mod downloads;
pub mod reader;
pub mod secrets;
pub mod store;
