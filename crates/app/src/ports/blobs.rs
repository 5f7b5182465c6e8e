//! Files: encrypted at rest, on a local disk or in S3-compatible storage.

use async_trait::async_trait;

use crate::error::Result;

#[async_trait]
pub trait Blobs: Send + Sync {
    /// Stores `bytes` under `key`. The same key again replaces the file: keys are never reused for other content.
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()>;

    /// The file, or `None` where there is none.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>>;
}
