//! The keys of files: data keys like the others, so that changing the master key need not touch a file.

use std::sync::Arc;

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_domain::day::Instant;
use zeroize::Zeroizing;

use super::Scope;
use super::keyring::{Keyring, wrapped_row};
use crate::db::{Body, Conn};
use crate::params;
use crate::store::DbStore;
use crate::tx::{Purpose, StoreTx};

const ALL: &str = "
    SELECT scope, key_id, master_key, wrapped FROM data_keys WHERE scope = ?1 ORDER BY key_id DESC";

impl DbStore {
    /// The keys that files are or were sealed with, the newest first; the first is made where there is none.
    pub async fn file_keys(&self, now: Instant) -> Result<Vec<Zeroizing<[u8; 32]>>> {
        let found =
            self.db().read_snapshot(Arc::new(FileKeys { keyring: Arc::clone(&self.keyring), make: None })).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        self.db().write(Arc::new(FileKeys { keyring: Arc::clone(&self.keyring), make: Some(now) })).await
    }
}

struct FileKeys {
    keyring: Arc<Keyring>,
    /// When to say that the first key was made; no key is made without.
    make: Option<Instant>,
}

#[async_trait]
impl Body for FileKeys {
    type Out = Vec<Zeroizing<[u8; 32]>>;
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Self::Out> {
        let purpose = if self.make.is_some() { Purpose::Write } else { Purpose::Read };
        let mut tx = StoreTx::new(conn, &self.keyring, purpose);
        if let Some(now) = self.make {
            // Where another process makes the first key at the same time, this waits for it and finds its key.
            tx.insert_key(Scope::Files, 1, now).await?;
        }
        let mut keys = Vec::new();
        for wrapped in tx.rows(ALL, params![&Scope::Files.to_string()], wrapped_row).await? {
            keys.push(self.keyring.masters.unwrap(&wrapped)?);
        }
        Ok(keys)
    }
}
