//! Fetching a file that somebody names by its URL.

use async_trait::async_trait;

/// Which URLs may be fetched at all, besides what every outgoing call obeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Https,
    /// Plain HTTP too.
    Any,
}

#[async_trait]
pub trait Downloads: Send + Sync {
    /// The file, of at most `bytes_max`; or why not, in words for whoever named it. Redirects are followed a few times,
    /// each judged as the first URL was, and all of it ends within a deadline.
    async fn download(&self, url: &str, scheme: Scheme, bytes_max: usize) -> Result<Vec<u8>, String>;
}
