//! The operator's keys, under which data keys are wrapped.

use std::fmt;

use aes_gcm_siv::Aes256GcmSiv;
use aes_gcm_siv::aead::KeyInit;
use zeroize::Zeroizing;

use super::{DataKey, Place, Scope, decrypt, encrypt};
use crate::db::DbError;

/// The current master key, and older ones that some data keys may still be wrapped by.
///
/// To change the master key: give every process the new one as an older key, then make it the current one and the one
/// before it an older key, then [`rewrap_data_keys`](crate::DbStore::rewrap_data_keys), then drop the one before.
pub struct MasterKeys {
    current: Master,
    older: Vec<Master>,
}

struct Master {
    id: String,
    cipher: Aes256GcmSiv,
}

/// A data key as it is stored.
pub(super) struct Wrapped {
    pub scope: Scope,
    pub key_id: u32,
    pub master_key: String,
    pub wrapped: Vec<u8>,
}

impl MasterKeys {
    /// `id` is a name for the key that is stored beside what it wraps: never part of the key itself.
    #[must_use]
    pub fn new(id: impl Into<String>, key: &[u8; 32]) -> MasterKeys {
        MasterKeys { current: Master::new(id, key), older: Vec::new() }
    }

    /// Besides opens what this earlier master key has wrapped.
    #[must_use]
    pub fn with_older(mut self, id: impl Into<String>, key: &[u8; 32]) -> MasterKeys {
        self.older.push(Master::new(id, key));
        self
    }

    pub(super) fn current_id(&self) -> &str {
        &self.current.id
    }

    /// Wraps a data key under the current master key.
    pub(super) fn wrap(&self, scope: Scope, key_id: u32, bytes: &[u8; 32]) -> Result<Wrapped, DbError> {
        let mut wrapped = Vec::new();
        encrypt(&self.current.cipher, place(&row_of(scope, key_id)), bytes, &mut wrapped)?;
        Ok(Wrapped { scope, key_id, master_key: self.current.id.clone(), wrapped })
    }

    /// The bytes of a wrapped data key.
    pub(super) fn unwrap(&self, key: &Wrapped) -> Result<Zeroizing<[u8; 32]>, DbError> {
        let masters = [&self.current].into_iter().chain(&self.older);
        let master = masters.into_iter().find(|master| master.id == key.master_key).ok_or_else(|| {
            let row = row_of(key.scope, key.key_id);
            DbError::Unusable {
                reason: format!(
                    "data key {row} is wrapped by the master key {:?}, which is not configured",
                    key.master_key
                ),
            }
        })?;
        let row = row_of(key.scope, key.key_id);
        let bytes = Zeroizing::new(decrypt(&master.cipher, place(&row), &key.wrapped)?);
        let bytes: &[u8; 32] =
            bytes.as_slice().try_into().map_err(|_| place(&row).corrupt("it is not the length of a key"))?;
        Ok(Zeroizing::new(*bytes))
    }

    pub(super) fn data_key(&self, key: &Wrapped) -> Result<DataKey, DbError> {
        Ok(DataKey::new(key.key_id, &*self.unwrap(key)?))
    }
}

impl Master {
    fn new(id: impl Into<String>, key: &[u8; 32]) -> Master {
        Master { id: id.into(), cipher: Aes256GcmSiv::new(key.into()) }
    }
}

/// Names keys, never shows them.
impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let older: Vec<&str> = self.older.iter().map(|master| master.id.as_str()).collect();
        f.debug_struct("MasterKeys").field("current", &self.current.id).field("older", &older).finish()
    }
}

fn row_of(scope: Scope, key_id: u32) -> String {
    format!("{scope}|{key_id}")
}

fn place(row: &str) -> Place<'_> {
    Place { table: "data_keys", column: "wrapped", row }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_key_opens_under_its_own_master_key_scope_and_id() {
        let masters = MasterKeys::new("2026", &[3; 32]);
        let wrapped = masters.wrap(Scope::System, 1, &[9; 32]).unwrap();
        assert_eq!(*masters.unwrap(&wrapped).unwrap(), [9; 32]);
        let renumbered = Wrapped { key_id: 2, wrapped: wrapped.wrapped.clone(), master_key: "2026".into(), ..wrapped };
        assert!(masters.unwrap(&renumbered).is_err());
    }

    #[test]
    fn an_older_master_key_still_opens_and_an_unknown_one_is_named() {
        let wrapped = MasterKeys::new("2025", &[3; 32]).wrap(Scope::System, 1, &[9; 32]).unwrap();
        let both = MasterKeys::new("2026", &[4; 32]).with_older("2025", &[3; 32]);
        assert_eq!(*both.unwrap(&wrapped).unwrap(), [9; 32]);
        let error = MasterKeys::new("2026", &[4; 32]).unwrap(&wrapped).unwrap_err();
        assert!(error.to_string().contains("\"2025\""), "{error}");
        assert_eq!(format!("{both:?}"), "MasterKeys { current: \"2026\", older: [\"2025\"] }");
    }
}
