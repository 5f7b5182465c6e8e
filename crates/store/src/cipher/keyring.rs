//! Data keys: found, made on first use, and remembered once they are known to be on the disk.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant as Moment};

use qist_app::error::Result;
use qist_domain::day::Instant;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::masters::{MasterKeys, Wrapped};
use super::{DataKey, Place, Scope, key_id_of, random_key};
use crate::cells::{Cells, unquoted};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

/// For how long a key is used for sealing before it is asked again whether it is still the newest: another process may
/// have rotated it.
const CURRENT_FOR: Duration = Duration::from_secs(60);

const NEWEST_KEY: &str = "
    SELECT scope, key_id, master_key, wrapped FROM data_keys
    WHERE scope = ?1 AND retired_at IS NULL ORDER BY key_id DESC LIMIT 1";
const KEY: &str = "SELECT scope, key_id, master_key, wrapped FROM data_keys WHERE scope = ?1 AND key_id = ?2";
const INSERT_KEY: &str = "
    INSERT INTO data_keys (scope, key_id, master_key, wrapped, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (scope, key_id) DO NOTHING";

/// The unwrapped data keys of the process.
pub(crate) struct Keyring {
    pub(super) masters: MasterKeys,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<(Scope, u32), Arc<DataKey>>,
    current: HashMap<Scope, (u32, Moment)>,
}

/// Keys that one transaction has read or made. They join the keyring when it has been committed and not before: a key
/// whose row was rolled back would seal data that nobody could open again.
#[derive(Default)]
pub(crate) struct Learned {
    keys: Vec<(Scope, Arc<DataKey>)>,
    current: Vec<(Scope, Arc<DataKey>)>,
}

impl Keyring {
    pub fn new(masters: MasterKeys) -> Keyring {
        Keyring { masters, known: RwLock::default() }
    }

    pub fn learn(&self, learned: Learned) {
        if learned.keys.is_empty() && learned.current.is_empty() {
            return;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (scope, key) in learned.keys {
            known.keys.insert((scope, key.id), key);
        }
        for (scope, key) in learned.current {
            known.current.insert(scope, (key.id, Moment::now()));
            known.keys.insert((scope, key.id), key);
        }
    }

    /// Makes the next sealing ask which key is the newest.
    pub fn forget_current(&self, scope: Scope) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).current.remove(&scope);
    }

    fn key(&self, scope: Scope, id: u32) -> Option<Arc<DataKey>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.keys.get(&(scope, id)).cloned()
    }

    pub fn current(&self, scope: Scope) -> Option<Arc<DataKey>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let (id, since) = known.current.get(&scope)?;
        if since.elapsed() > CURRENT_FOR { None } else { known.keys.get(&(scope, *id)).cloned() }
    }
}

impl StoreTx<'_, '_> {
    pub(crate) async fn seal_json<T: Serialize + Sync>(
        &mut self,
        scope: Scope,
        place: Place<'_>,
        value: &T,
        now: Instant,
    ) -> Result<Vec<u8>> {
        self.sealing_key(scope, now).await?.seal_json(place, value)
    }

    pub(crate) async fn seal(&mut self, scope: Scope, place: Place<'_>, plain: &[u8], now: Instant) -> Result<Vec<u8>> {
        Ok(self.sealing_key(scope, now).await?.seal(place, plain)?)
    }

    pub(crate) async fn open_json<T: DeserializeOwned>(
        &mut self,
        scope: Scope,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<T> {
        let plain = self.open(scope, place, sealed).await?;
        Ok(serde_json::from_slice(&plain).map_err(|why| place.corrupt(&unquoted(&why)))?)
    }

    pub(crate) async fn open_text(&mut self, scope: Scope, place: Place<'_>, sealed: &[u8]) -> Result<String> {
        let plain = self.open(scope, place, sealed).await?;
        Ok(String::from_utf8(plain).map_err(|_| place.corrupt("it is not UTF-8"))?)
    }

    pub(crate) async fn open(&mut self, scope: Scope, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        let id = key_id_of(place, sealed)?;
        let key = match self.remembered(scope, id) {
            Some(key) => key,
            None => {
                let found = self.row(KEY, params![&scope.to_string(), i64::from(id)], wrapped_row).await?;
                let wrapped = found.ok_or_else(|| place.corrupt("its data key is not there"))?;
                let key = Arc::new(self.keyring.masters.data_key(&wrapped)?);
                self.learned.keys.push((scope, Arc::clone(&key)));
                key
            }
        };
        Ok(key.open(place, sealed)?)
    }

    fn remembered(&self, scope: Scope, id: u32) -> Option<Arc<DataKey>> {
        let mut learned = self.learned.keys.iter().chain(&self.learned.current);
        let own = learned.find(|(of, key)| *of == scope && key.id == id).map(|(_, key)| Arc::clone(key));
        own.or_else(|| self.keyring.key(scope, id))
    }

    pub(crate) async fn sealing_key(&mut self, scope: Scope, now: Instant) -> Result<Arc<DataKey>> {
        match self.keyring.current(scope) {
            Some(key) => Ok(key),
            None => self.newest_key(scope, now).await,
        }
    }

    /// The newest key as the database has it, made if there is none.
    pub(crate) async fn newest_key(&mut self, scope: Scope, now: Instant) -> Result<Arc<DataKey>> {
        if let Some((_, key)) = self.learned.current.iter().find(|(of, _)| *of == scope) {
            return Ok(Arc::clone(key));
        }
        let name = scope.to_string();
        let mut newest = self.row(NEWEST_KEY, params![&name], wrapped_row).await?;
        if newest.is_none() {
            // Where another transaction makes the first key at the same time, this waits for it and finds its key.
            self.insert_key(scope, 1, now).await?;
            newest = self.row(NEWEST_KEY, params![&name], wrapped_row).await?;
        }
        let newest = newest.ok_or_else(|| DbError::internal(format!("every data key of {name} is retired")))?;
        let key = Arc::new(self.keyring.masters.data_key(&newest)?);
        self.learned.current.push((scope, Arc::clone(&key)));
        Ok(key)
    }

    /// Whether the number was free.
    pub(super) async fn insert_key(&mut self, scope: Scope, key_id: u32, now: Instant) -> Result<bool> {
        let Wrapped { master_key, wrapped, .. } = self.keyring.masters.wrap(scope, key_id, &*random_key()?)?;
        let scope = scope.to_string();
        let inserted =
            self.change(INSERT_KEY, params![&scope, i64::from(key_id), &master_key, &wrapped, now.micros()]).await?;
        Ok(inserted == 1)
    }
}

pub(super) fn wrapped_row(row: &Row<'_>) -> std::result::Result<Wrapped, DbError> {
    let mut cells = Cells::of("data_keys", row);
    Ok(Wrapped {
        scope: cells.parsed("scope")?,
        key_id: cells.u32("key_id")?,
        master_key: cells.text("master_key")?,
        wrapped: cells.get("wrapped")?,
    })
}
