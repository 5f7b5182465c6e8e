//! Who may use BankConnect: a key, and beside it a hash that only servers know. Both are stored as keyed hashes alone.

use async_trait::async_trait;
use qist_domain::id::{ApiKeyId, SourcingEntityId};

use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::store::{BankKeyRecord, Tx};
use crate::run::{App, Command, Moment, Query, Reading};

const KEY_PURPOSE: &str = "bank_key";
const HASH_PURPOSE: &str = "bank_server_hash";

impl App {
    /// The caller behind a key alone: for what a client may do.
    pub async fn bank_client(&self, key: &str) -> Result<Caller> {
        let found = self.ask(Caller::System, FindBankKey { key_hash: self.secrets.hash(KEY_PURPOSE, key) }).await?;
        let (key, _) = found.ok_or(Error::Unauthenticated)?;
        Ok(Caller::Partner { tenant: key.tenant, key: key.id })
    }

    /// The caller behind a key and its server hash. Where the tenant has said that the key is enough, a missing hash is
    /// let pass; a wrong one never.
    pub async fn bank_server(&self, key: &str, server_hash: Option<&str>) -> Result<Caller> {
        let found = self.ask(Caller::System, FindBankKey { key_hash: self.secrets.hash(KEY_PURPOSE, key) }).await?;
        let (key, legacy_key_only) = found.ok_or(Error::Unauthenticated)?;
        let passes = match server_hash {
            Some(hash) => self.secrets.hash(HASH_PURPOSE, hash) == key.server_hash,
            None => legacy_key_only,
        };
        if passes { Ok(Caller::Partner { tenant: key.tenant, key: key.id }) } else { Err(Error::Unauthenticated) }
    }
}

/// A live key, and whether its tenant asks for the key alone.
struct FindBankKey {
    key_hash: String,
}

#[async_trait]
impl Query for FindBankKey {
    type Out = Option<(BankKeyRecord, bool)>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let key = tx.bank_key_by_hash(&self.key_hash).await?;
        let Some(key) = key.filter(|key| key.revoked_at.is_none()) else { return Ok(None) };
        let settings = tx.bank_settings(key.tenant).await?;
        Ok(Some((key, settings.legacy_key_only)))
    }
}

#[derive(Clone)]
pub struct CreateBankKey {
    pub tenant: SourcingEntityId,
    /// For development servers: key and server hash themselves. Otherwise random ones are made.
    pub fixed: Option<(String, String)>,
}

/// The only time that both are seen. It does not print.
pub struct NewBankKey {
    pub id: ApiKeyId,
    pub key: String,
    pub server_hash: String,
}

#[async_trait]
impl Command for CreateBankKey {
    type Out = NewBankKey;
    const OPERATION: &'static str = "create_bank_key";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<NewBankKey> {
        let made = || (format!("qbk_{}", at.secrets.token(43)), format!("qbh_{}", at.secrets.token(43)));
        let (key, server_hash) = self.fixed.clone().unwrap_or_else(made);
        let id = ApiKeyId(at.uuid());
        tx.insert_bank_key(&BankKeyRecord {
            id,
            tenant: self.tenant,
            key_hash: at.secrets.hash(KEY_PURPOSE, &key),
            server_hash: at.secrets.hash(HASH_PURPOSE, &server_hash),
            hint: key.chars().take(8).collect(),
            created_at: at.now,
            revoked_at: None,
        })
        .await?;
        Ok(NewBankKey { id, key, server_hash })
    }
}

#[derive(Debug, Clone)]
pub struct RevokeBankKey {
    pub id: ApiKeyId,
}

#[async_trait]
impl Command for RevokeBankKey {
    /// Whether a live key was revoked.
    type Out = bool;
    const OPERATION: &'static str = "revoke_bank_key";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<bool> {
        tx.revoke_bank_key(self.id, at.now).await
    }
}

#[derive(Debug, Clone)]
pub struct ListBankKeys {
    pub tenant: SourcingEntityId,
}

#[async_trait]
impl Query for ListBankKeys {
    type Out = Vec<BankKeyRecord>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Vec<BankKeyRecord>> {
        tx.bank_keys_of(self.tenant).await
    }
}

/// Whether clients that know no server hash may read with the key alone.
#[derive(Debug, Clone)]
pub struct SetLegacyKeyOnly {
    pub tenant: SourcingEntityId,
    pub on: bool,
}

#[async_trait]
impl Command for SetLegacyKeyOnly {
    type Out = ();
    const OPERATION: &'static str = "set_legacy_key_only";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let mut settings = tx.bank_settings(self.tenant).await?;
        settings.legacy_key_only = self.on;
        tx.save_bank_settings(&settings, at.now).await
    }
}
