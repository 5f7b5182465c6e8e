//! From a credential to a caller.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::id::{ApiKeyId, SourcingEntityId, UserId};

use crate::caller::{Caller, KeyOwner};
use crate::error::{Error, Result};
use crate::ports::store::{KeyRecord, TokenRecord, Tx};
use crate::run::{App, Command, Moment, Query, Reading};

/// How long a key that was seen live is believed: a revocation takes effect everywhere within this.
const BELIEVED_MICROS: i64 = 1_000_000;

/// Keys that were live a moment ago, so that a busy key is not looked up at every call.
#[derive(Default)]
pub struct KeyCache {
    known: Mutex<HashMap<String, (ApiKeyId, KeyOwner, Instant)>>,
    used: Mutex<HashMap<ApiKeyId, Instant>>,
}

impl KeyCache {
    fn get(&self, hash: &str, now: Instant) -> Option<(ApiKeyId, KeyOwner)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(hash)
            .filter(|(_, _, seen)| (0..BELIEVED_MICROS).contains(&(now.micros() - seen.micros())))
            .map(|(id, owner, _)| (*id, *owner))
    }

    fn put(&self, hash: String, id: ApiKeyId, owner: KeyOwner, now: Instant) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Only live keys get in, so the map is as large as the number of keys in use.
        known.insert(hash, (id, owner, now));
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(id, now);
    }

    fn take_used(&self) -> Vec<(ApiKeyId, Instant)> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }
}

impl App {
    /// The owner of an API key.
    pub async fn key_owner(&self, key: &str) -> Result<(ApiKeyId, KeyOwner)> {
        let hash = self.secrets.hash("api_key", key);
        let now = self.clock.now();
        if let Some(found) = self.keys.get(&hash, now) {
            return Ok(found);
        }
        let record = self.ask(Caller::System, FindKey { hash: hash.clone() }).await?;
        let record = record.filter(|record| record.revoked_at.is_none()).ok_or(Error::Unauthenticated)?;
        self.keys.put(hash, record.id, record.owner, now);
        Ok((record.id, record.owner))
    }

    /// The caller behind a server key of a sourcing entity.
    pub async fn partner(&self, key: &str) -> Result<Caller> {
        match self.key_owner(key).await? {
            (key, KeyOwner::Server(tenant)) => Ok(Caller::Partner { tenant, key }),
            _ => Err(Error::Unauthenticated),
        }
    }

    pub async fn lender(&self, key: &str) -> Result<Caller> {
        match self.key_owner(key).await? {
            (key, KeyOwner::Lender(lender)) => Ok(Caller::Lender { lender, key }),
            _ => Err(Error::Unauthenticated),
        }
    }

    /// The sourcing entity or lender behind a key of its server.
    pub async fn owner(&self, key: &str) -> Result<Caller> {
        match self.key_owner(key).await? {
            (key, KeyOwner::Server(tenant)) => Ok(Caller::Partner { tenant, key }),
            (key, KeyOwner::Lender(lender)) => Ok(Caller::Lender { lender, key }),
            _ => Err(Error::Unauthenticated),
        }
    }

    /// The borrower behind a token, together with the client key of the same sourcing entity.
    pub async fn borrower(&self, client_key: &str, token: &str) -> Result<Caller> {
        let (_, KeyOwner::Client(tenant)) = self.key_owner(client_key).await? else {
            return Err(Error::Unauthenticated);
        };
        let token = self.ask(Caller::System, FindToken { hash: self.secrets.hash("user_token", token) }).await?;
        let live = |token: &TokenRecord| token.tenant == tenant && self.clock.now() < token.expires_at;
        let token = token.filter(live).ok_or(Error::Unauthenticated)?;
        Ok(Caller::Borrower { tenant, user: token.user })
    }

    /// Writes down when keys were last used. Called now and then, not at every call.
    pub async fn remember_used_keys(&self) -> Result<()> {
        let used = self.keys.take_used();
        if used.is_empty() { Ok(()) } else { self.run(Caller::System, TouchKeys(used)).await }
    }
}

struct FindKey {
    hash: String,
}

#[async_trait]
impl Query for FindKey {
    type Out = Option<KeyRecord>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        tx.key_by_hash(&self.hash).await
    }
}

struct FindToken {
    hash: String,
}

#[async_trait]
impl Query for FindToken {
    type Out = Option<TokenRecord>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        tx.token_by_hash(&self.hash).await
    }
}

struct TouchKeys(Vec<(ApiKeyId, Instant)>);

#[async_trait]
impl Command for TouchKeys {
    type Out = ();
    const OPERATION: &'static str = "touch_keys";

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        tx.touch_keys(&self.0).await
    }
}

impl Moment {
    /// The tenant of a sourcing entity's call.
    pub(crate) fn partner_tenant(&self) -> Result<SourcingEntityId> {
        match self.caller {
            Caller::Partner { tenant, .. } => Ok(tenant),
            _ => Err(Error::Unauthenticated),
        }
    }

    pub(crate) fn borrower_ids(&self) -> Result<(SourcingEntityId, UserId)> {
        match self.caller {
            Caller::Borrower { tenant, user } => Ok((tenant, user)),
            _ => Err(Error::Unauthenticated),
        }
    }

    pub(crate) fn lender_id(&self) -> Result<qist_domain::id::LenderId> {
        match self.caller {
            Caller::Lender { lender, .. } => Ok(lender),
            _ => Err(Error::Unauthenticated),
        }
    }
}
