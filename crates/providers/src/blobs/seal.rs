//! Sealing: a file is encrypted before it leaves the process, and opens only under the name it was stored by.
//!
//! A sealed file is `version (1) ‖ key id (8) ‖ nonce (12) ‖ ciphertext and tag`, by AES-256-GCM-SIV. The header and
//! the name are authenticated with it, so a file that was changed, cut, or put in another's place does not open. GCM-SIV
//! rather than GCM because a nonce that repeats by chance then reveals only that two files are equal.

use std::sync::{Arc, PoisonError, RwLock};

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::blobs::Blobs;
use zeroize::Zeroizing;

use super::check_size;
use crate::random;
use crate::secrets::hmac;

const VERSION: u8 = 1;
const ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 12;
const HEADER_BYTES: usize = 1 + ID_BYTES;

/// The keys that files are sealed with: one that seals, and older ones that only open.
#[derive(Clone, Default)]
pub struct Keyring {
    /// The current one first.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: [u8; ID_BYTES],
    cipher: Aes256GcmSiv,
}

impl Key {
    fn new(key: &[u8; 32]) -> Key {
        // The id tells which key to take. It is derived, so that there is nothing to number or to mix up.
        let mut id = [0; ID_BYTES];
        id.copy_from_slice(&hmac(key, &[b"qist key id"])[..ID_BYTES]);
        Key { id, cipher: Aes256GcmSiv::new(key.into()) }
    }
}

impl Keyring {
    /// The first key seals; the others open what they sealed before it was made.
    pub fn new<'a>(newest_first: impl IntoIterator<Item = &'a [u8; 32]>) -> Keyring {
        Keyring { keys: newest_first.into_iter().map(Key::new).collect() }
    }

    /// Whether the key is here that sealed this.
    fn opens(&self, sealed: &[u8]) -> bool {
        self.keys.iter().any(|key| sealed.get(1..HEADER_BYTES) == Some(&key.id[..]))
    }

    /// Encrypts `bytes` so that they open only with the same `name`.
    pub fn seal(&self, name: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        let Some(key) = self.keys.first() else { return Err(Error::internal("no key to seal with")) };
        let nonce: [u8; NONCE_BYTES] = random::bytes().map_err(Error::internal)?;
        let mut sealed = Vec::with_capacity(HEADER_BYTES + NONCE_BYTES + bytes.len() + 16);
        sealed.push(VERSION);
        sealed.extend_from_slice(&key.id);
        let aad = [&sealed[..], name.as_bytes()].concat();
        let ciphertext = key
            .cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: bytes, aad: &aad })
            .map_err(|_| Error::internal("a file could not be sealed"))?;
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// Opens what was sealed under `name`. Anything else is an error, never other bytes.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::internal(format!("the file {name} does not open: it was changed or is another's"));
        let (header, rest) = sealed.split_at_checked(HEADER_BYTES).ok_or_else(broken)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(broken)?;
        if header[0] != VERSION {
            return Err(Error::internal(format!("the file {name} is sealed in an unknown way")));
        }
        let Some(key) = self.keys.iter().find(|key| key.id == header[1..]) else {
            return Err(Error::internal(format!("the file {name} is sealed with a key that is not here")));
        };
        let aad = [header, name.as_bytes()].concat();
        key.cipher.decrypt(&Nonce::from(*nonce), Payload { msg: ciphertext, aad: &aad }).map_err(|_| broken())
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({} keys)", self.keys.len())
    }
}

/// Where the keys of files are kept.
#[async_trait]
pub trait FileKeys: Send + Sync {
    /// All of them, the newest first; at least one.
    async fn file_keys(&self) -> Result<Vec<Zeroizing<[u8; 32]>>>;
}

/// Storage that holds nothing but sealed files.
#[derive(Clone)]
pub struct SealedBlobs {
    inner: Arc<dyn Blobs>,
    source: Arc<dyn FileKeys>,
    /// Read at the first file, and again when a file needs a key that another process has made since.
    known: Arc<RwLock<Arc<Keyring>>>,
}

impl SealedBlobs {
    #[must_use]
    pub fn new(inner: Arc<dyn Blobs>, source: Arc<dyn FileKeys>) -> SealedBlobs {
        SealedBlobs { inner, source, known: Arc::default() }
    }

    /// The keys that are known, read if `enough` is not true of them.
    async fn keys(&self, enough: impl Fn(&Keyring) -> bool) -> Result<Arc<Keyring>> {
        let known = Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner));
        if enough(&known) {
            return Ok(known);
        }
        let read = self.source.file_keys().await?;
        let read = Arc::new(Keyring::new(read.iter().map(|key| &**key)));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&read);
        Ok(read)
    }
}

#[async_trait]
impl Blobs for SealedBlobs {
    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<()> {
        check_size(&bytes)?;
        let (keys, name) = (self.keys(|known| !known.keys.is_empty()).await?, key.to_owned());
        let sealed = on_a_blocking_thread(move || keys.seal(&name, &bytes)).await?;
        self.inner.put(key, sealed).await
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let Some(sealed) = self.inner.get(key).await? else { return Ok(None) };
        let (keys, name) = (self.keys(|known| known.opens(&sealed)).await?, key.to_owned());
        on_a_blocking_thread(move || keys.open(&name, &sealed)).await.map(Some)
    }
}

/// Megabytes take milliseconds, which other requests should not wait for.
async fn on_a_blocking_thread(work: impl FnOnce() -> Result<Vec<u8>> + Send + 'static) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

#[cfg(test)]
#[path = "seal_tests.rs"]
pub(super) mod tests;
