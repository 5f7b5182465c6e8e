//! Making and revoking API keys. A key is shown once; only its keyed hash is stored.

use async_trait::async_trait;
use qist_domain::id::ApiKeyId;
use serde::{Deserialize, Serialize};

use crate::caller::KeyOwner;
use crate::error::Result;
use crate::ports::store::{KeyRecord, Tx};
use crate::run::{Command, Moment, Query};

/// Keys of development servers are fixed words. A production server never accepts what begins like this.
pub const DEVELOPMENT_PREFIX: &str = "dev-";

#[derive(Debug, Clone)]
pub struct CreateKey {
    pub owner: KeyOwner,
    /// For development servers: the key itself. Otherwise a random one is made.
    pub fixed: Option<String>,
}

/// The only time that a key is seen.
#[derive(Debug, Serialize, Deserialize)]
pub struct NewKey {
    pub id: ApiKeyId,
    pub key: String,
}

#[async_trait]
impl Command for CreateKey {
    type Out = NewKey;
    const OPERATION: &'static str = "create_key";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<NewKey> {
        let prefix = match self.owner {
            KeyOwner::Server(_) => "qsk_",
            KeyOwner::Client(_) => "qck_",
            KeyOwner::Lender(_) => "qlk_",
        };
        let key = self.fixed.clone().unwrap_or_else(|| format!("{prefix}{}", at.secrets.token(43)));
        let id = ApiKeyId(at.uuid());
        tx.insert_key(&KeyRecord {
            id,
            owner: self.owner,
            hash: at.secrets.hash("api_key", &key),
            hint: key.chars().take(8).collect(),
            created_at: at.now,
            last_used_at: None,
            revoked_at: None,
        })
        .await?;
        Ok(NewKey { id, key })
    }
}

#[derive(Debug, Clone)]
pub struct RevokeKey {
    pub id: ApiKeyId,
}

#[async_trait]
impl Command for RevokeKey {
    /// Whether a live key was revoked.
    type Out = bool;
    const OPERATION: &'static str = "revoke_key";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<bool> {
        tx.revoke_key(self.id, at.now).await
    }
}

#[derive(Debug, Clone)]
pub struct ListKeys {
    pub owner: KeyOwner,
}

#[async_trait]
impl Query for ListKeys {
    type Out = Vec<KeyRecord>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Vec<KeyRecord>> {
        tx.keys_of(self.owner).await
    }
}
