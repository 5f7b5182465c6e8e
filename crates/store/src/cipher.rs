//! Encryption of what is personal, column by column.
//!
//! A column is sealed with AES-256-GCM-SIV under a data key of its tenant; data keys are stored wrapped by a master key
//! that only the operator holds. What is sealed for one place opens nowhere else: table, row and column are bound into it.
//!
//! | file | what is in it |
//! |---|---|
//! | `masters.rs` | the operator's keys |
//! | `keyring.rs` | data keys: reading, making, remembering them |
//! | `files.rs` | the keys that files are sealed with |
//! | `rotate.rs` | what operators do with keys |
//! | `reseal.rs` | sealing again what an older data key has sealed |

mod files;
mod keyring;
mod masters;
mod reseal;
mod rotate;

use std::fmt;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use qist_domain::id::SourcingEntityId;
use serde::Serialize;
use zeroize::Zeroizing;

pub(crate) use self::keyring::{Keyring, Learned};
pub use self::masters::MasterKeys;
pub use self::reseal::{Reseal, ResealCursor};
use crate::db::DbError;

/// The form of what is sealed: this byte, the data key's id in four bytes, the nonce, the ciphertext with its tag.
const VERSION: u8 = 1;
const HEADER_BYTES: usize = 5;
const NONCE_BYTES: usize = 12;

/// Whose data key seals something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scope {
    /// What belongs to no single sourcing entity.
    System,
    /// Files, which lie outside the database.
    Files,
    Tenant(SourcingEntityId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::System => f.write_str("system"),
            Scope::Files => f.write_str("files"),
            Scope::Tenant(tenant) => tenant.fmt(f),
        }
    }
}

impl std::str::FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Scope, String> {
        match text {
            "system" => Ok(Scope::System),
            "files" => Ok(Scope::Files),
            id => id.parse().map(Scope::Tenant).map_err(|_| "it is not a scope of data keys".to_owned()),
        }
    }
}

/// Where something sealed is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub table: &'static str,
    pub column: &'static str,
    /// The row's id, or the columns of its key joined by `|`.
    pub row: &'a str,
}

impl Place<'_> {
    fn associated_data(&self) -> Vec<u8> {
        format!("{}|{}|{}", self.table, self.row, self.column).into_bytes()
    }

    pub fn corrupt(&self, detail: &str) -> DbError {
        DbError::corrupt(self.table, self.column, self.row, detail)
    }
}

/// An unwrapped data key.
pub(crate) struct DataKey {
    pub id: u32,
    cipher: Aes256GcmSiv,
}

impl DataKey {
    fn new(id: u32, bytes: &[u8; 32]) -> DataKey {
        DataKey { id, cipher: Aes256GcmSiv::new(bytes.into()) }
    }

    pub fn seal_json<T: Serialize>(&self, place: Place<'_>, value: &T) -> qist_app::error::Result<Vec<u8>> {
        Ok(self.seal(place, &serde_json::to_vec(value)?)?)
    }

    pub fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, DbError> {
        let mut sealed = Vec::with_capacity(HEADER_BYTES + NONCE_BYTES + plain.len() + 16);
        sealed.push(VERSION);
        sealed.extend(self.id.to_be_bytes());
        encrypt(&self.cipher, place, plain, &mut sealed)?;
        Ok(sealed)
    }

    /// What was sealed with this key at this very place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, DbError> {
        let encrypted = sealed.get(HEADER_BYTES..).unwrap_or_default();
        decrypt(&self.cipher, place, encrypted)
    }
}

/// The data key that something was sealed with.
pub(crate) fn key_id_of(place: Place<'_>, sealed: &[u8]) -> Result<u32, DbError> {
    match sealed.first_chunk::<HEADER_BYTES>() {
        Some([VERSION, id @ ..]) => Ok(u32::from_be_bytes(*id)),
        _ => Err(place.corrupt("it is not in the form of sealed data")),
    }
}

/// Appends a fresh nonce and the ciphertext.
fn encrypt(cipher: &Aes256GcmSiv, place: Place<'_>, plain: &[u8], out: &mut Vec<u8>) -> Result<(), DbError> {
    let mut nonce = [0; NONCE_BYTES];
    fill_random(&mut nonce)?;
    let payload = Payload { msg: plain, aad: &place.associated_data() };
    let encrypted = cipher.encrypt(&Nonce::from(nonce), payload);
    let encrypted = encrypted.map_err(|_| DbError::internal("a value is too long to be sealed"))?;
    out.extend(nonce);
    out.extend(encrypted);
    Ok(())
}

fn decrypt(cipher: &Aes256GcmSiv, place: Place<'_>, encrypted: &[u8]) -> Result<Vec<u8>, DbError> {
    let (nonce, msg) = encrypted
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or_else(|| place.corrupt("it is too short to be sealed data"))?;
    let payload = Payload { msg, aad: &place.associated_data() };
    let plain = cipher.decrypt(&Nonce::from(*nonce), payload);
    plain.map_err(|_| place.corrupt("it cannot be decrypted: it was changed, moved here, or sealed with another key"))
}

fn fill_random(bytes: &mut [u8]) -> Result<(), DbError> {
    let filled = getrandom::fill(bytes);
    filled.map_err(|error| DbError::unavailable(format!("the operating system gives no randomness: {error}")))
}

fn random_key() -> Result<Zeroizing<[u8; 32]>, DbError> {
    let mut bytes = Zeroizing::new([0; 32]);
    fill_random(bytes.as_mut_slice())?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'_> = Place { table: "users", column: "personal", row: "1" };

    #[test]
    fn what_is_sealed_opens_at_its_own_place_alone() {
        let key = DataKey::new(7, &[1; 32]);
        let sealed = key.seal(HERE, b"ABCDE1234F").unwrap();
        assert_eq!(key.open(HERE, &sealed).unwrap(), b"ABCDE1234F");
        assert_eq!(key_id_of(HERE, &sealed).unwrap(), 7);
        for elsewhere in
            [Place { row: "2", ..HERE }, Place { column: "bureau", ..HERE }, Place { table: "jobs", ..HERE }]
        {
            assert!(key.open(elsewhere, &sealed).is_err(), "{elsewhere:?}");
        }
        assert!(DataKey::new(7, &[2; 32]).open(HERE, &sealed).is_err());
    }

    #[test]
    fn a_changed_or_shortened_ciphertext_is_corrupt_and_never_a_panic() {
        let key = DataKey::new(1, &[1; 32]);
        let sealed = key.seal(HERE, b"secret").unwrap();
        for length in 0..sealed.len() {
            assert!(key.open(HERE, &sealed[..length]).is_err(), "{length}");
        }
        for byte in HEADER_BYTES..sealed.len() {
            let mut changed = sealed.clone();
            changed[byte] ^= 1;
            assert!(key.open(HERE, &changed).is_err(), "{byte}");
        }
        for form in [&b""[..], b"\x01\x00\x00", b"\x02\x00\x00\x00\x01"] {
            assert!(key_id_of(HERE, form).is_err(), "{form:?}");
        }
    }

    #[test]
    fn the_same_text_is_never_sealed_twice_alike() {
        let key = DataKey::new(1, &[1; 32]);
        assert_ne!(key.seal(HERE, b"same").unwrap(), key.seal(HERE, b"same").unwrap());
    }
}
