//! What operators do with keys: look whether all of them open, wrap them under another master key, give a tenant a new one.

use std::sync::Arc;

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_domain::day::Instant;
use qist_domain::id::SourcingEntityId;

use super::Scope;
use super::keyring::{Keyring, wrapped_row};
use super::masters::Wrapped;
use crate::db::{Body, Conn};
use crate::params;
use crate::store::DbStore;
use crate::tx::{Purpose, StoreTx, conflict};

/// Keys that are looked at in one transaction.
const KEYS_AT_ONCE: i64 = 100;

const AFTER: &str = "
    SELECT scope, key_id, master_key, wrapped FROM data_keys WHERE (scope, key_id) > (?1, ?2)
    ORDER BY scope, key_id LIMIT ?3";
const OF_OTHER_MASTERS: &str = "
    SELECT scope, key_id, master_key, wrapped FROM data_keys WHERE master_key <> ?1
    ORDER BY scope, key_id LIMIT ?2 {for_update}";
const REWRAP: &str = "UPDATE data_keys SET master_key = ?3, wrapped = ?4 WHERE scope = ?1 AND key_id = ?2";
const LIVE: &str = "
    SELECT scope, key_id, master_key, wrapped FROM data_keys WHERE scope = ?1 AND retired_at IS NULL {for_update}";
const RETIRE: &str = "UPDATE data_keys SET retired_at = ?3 WHERE scope = ?1 AND key_id = ?2";

impl DbStore {
    /// Unwraps every data key, so that a missing master key is found at start and not with the first customer. Answers
    /// how many data keys there are.
    pub async fn check_keys(&self) -> Result<u64> {
        let mut checked = 0;
        let mut after = (String::new(), 0);
        loop {
            let body = KeysAfter { keyring: Arc::clone(&self.keyring), after: after.clone() };
            let keys = self.db().read_snapshot(Arc::new(body)).await?;
            let Some(last) = keys.last() else { return Ok(checked) };
            after = (last.scope.to_string(), i64::from(last.key_id));
            for key in &keys {
                self.keyring.masters.unwrap(key)?;
                checked += 1;
            }
        }
    }

    /// Wraps every data key under the current master key. Answers how many another one had wrapped.
    pub async fn rewrap_data_keys(&self) -> Result<u64> {
        let mut rewrapped = 0;
        loop {
            match self.db().write(Arc::new(Rewrap { keyring: Arc::clone(&self.keyring) })).await? {
                0 => return Ok(rewrapped),
                batch => rewrapped += batch,
            }
        }
    }

    /// Gives a tenant (or, with `None`, what belongs to no tenant) a new data key. The one before opens what it has sealed
    /// until that is [sealed again](Self::reseal). Other processes take up the new key within a minute.
    pub async fn rotate_data_key(&self, tenant: Option<SourcingEntityId>, now: Instant) -> Result<()> {
        self.rotate(tenant.map_or(Scope::System, Scope::Tenant), now).await
    }

    /// Gives files a new key. Those before open what they have sealed, for ever: files are not written again. Other
    /// processes take up the new key when they start, or when they meet a file that it sealed.
    pub async fn rotate_file_key(&self, now: Instant) -> Result<()> {
        self.rotate(Scope::Files, now).await
    }

    async fn rotate(&self, scope: Scope, now: Instant) -> Result<()> {
        self.db().write(Arc::new(Rotate { keyring: Arc::clone(&self.keyring), scope, now })).await?;
        self.keyring.forget_current(scope);
        Ok(())
    }
}

struct KeysAfter {
    keyring: Arc<Keyring>,
    after: (String, i64),
}

#[async_trait]
impl Body for KeysAfter {
    type Out = Vec<Wrapped>;
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Vec<Wrapped>> {
        let mut tx = StoreTx::new(conn, &self.keyring, Purpose::Read);
        let (scope, key_id) = &self.after;
        tx.rows(AFTER, params![scope, *key_id, KEYS_AT_ONCE], wrapped_row).await
    }
}

struct Rewrap {
    keyring: Arc<Keyring>,
}

#[async_trait]
impl Body for Rewrap {
    /// How many keys this batch has wrapped again.
    type Out = u64;
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<u64> {
        let mut tx = StoreTx::new(conn, &self.keyring, Purpose::Write);
        let masters = &self.keyring.masters;
        let mut rewrapped = 0;
        for key in tx.rows(OF_OTHER_MASTERS, params![masters.current_id(), KEYS_AT_ONCE], wrapped_row).await? {
            let again = masters.wrap(key.scope, key.key_id, &*masters.unwrap(&key)?)?;
            let (scope, key_id) = (key.scope.to_string(), i64::from(key.key_id));
            tx.change_one(REWRAP, params![&scope, key_id, &again.master_key, &again.wrapped]).await?;
            rewrapped += 1;
        }
        Ok(rewrapped)
    }
}

struct Rotate {
    keyring: Arc<Keyring>,
    scope: Scope,
    now: Instant,
}

#[async_trait]
impl Body for Rotate {
    type Out = ();
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut tx = StoreTx::new(conn, &self.keyring, Purpose::Write);
        let scope = self.scope.to_string();
        let live = tx.rows(LIVE, params![&scope], wrapped_row).await?;
        let newest = live.iter().map(|key| key.key_id).max().unwrap_or(0);
        if !tx.insert_key(self.scope, newest + 1, self.now).await? {
            // Somebody else has rotated at the same time.
            return Err(conflict());
        }
        for key in live {
            tx.change_one(RETIRE, params![&scope, i64::from(key.key_id), self.now.micros()]).await?;
        }
        Ok(())
    }
}
