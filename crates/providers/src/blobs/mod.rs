//! Files at rest: on a local disk or in S3-compatible storage, and sealed before they get there.

mod key;
pub mod local;
pub mod s3;
pub mod seal;

#[cfg(test)]
mod exercise;

use key::BlobKey;

/// The largest file that is stored or read, sealed, in bytes.
pub const BLOB_BYTES_MAX: usize = 32 << 20;

/// Whether a file is not too large to be stored.
fn check_size(bytes: &[u8]) -> qist_app::error::Result<()> {
    if bytes.len() > BLOB_BYTES_MAX {
        return Err(qist_app::error::Error::internal(format!("a file of {} bytes is too large", bytes.len())));
    }
    Ok(())
}
