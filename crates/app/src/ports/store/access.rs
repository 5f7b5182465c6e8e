use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::id::{ApiKeyId, SessionId, SourcingEntityId, TokenId, UserId};

use crate::caller::KeyOwner;
use crate::error::Result;

#[derive(Debug, Clone)]
pub struct KeyRecord {
    pub id: ApiKeyId,
    pub owner: KeyOwner,
    /// Keyed hash of the key: the key itself is shown once and stored nowhere.
    pub hash: String,
    /// The first characters, to recognise it by.
    pub hint: String,
    pub created_at: Instant,
    pub last_used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

#[derive(Debug, Clone)]
pub struct TokenRecord {
    pub id: TokenId,
    pub hash: String,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub created_at: Instant,
    pub expires_at: Instant,
}

/// A hosted journey that was opened for a customer. Its code works once.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    pub id: SessionId,
    pub code_hash: String,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub redirect_url: String,
    pub hide_close: bool,
    /// The sourcing entity's own id of a drawdown, unique in the tenant for ever.
    pub transaction_id: Option<String>,
    pub withdraw_amount_paise: Option<i64>,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub redeemed_at: Option<Instant>,
}

/// Keys, tokens, sessions.
#[async_trait]
pub trait Access {
    async fn key_by_hash(&mut self, hash: &str) -> Result<Option<KeyRecord>>;
    async fn keys_of(&mut self, owner: KeyOwner) -> Result<Vec<KeyRecord>>;
    async fn insert_key(&mut self, key: &KeyRecord) -> Result<()>;
    /// Whether a live key was revoked.
    async fn revoke_key(&mut self, id: ApiKeyId, now: Instant) -> Result<bool>;
    /// Remembers when keys were last used.
    async fn touch_keys(&mut self, used: &[(ApiKeyId, Instant)]) -> Result<()>;

    async fn insert_token(&mut self, token: &TokenRecord) -> Result<()>;
    async fn token_by_hash(&mut self, hash: &str) -> Result<Option<TokenRecord>>;

    /// Whether it was stored: `false` where the tenant has used this `transaction_id` before.
    async fn insert_session(&mut self, session: &SessionRecord) -> Result<bool>;
    /// Marks a live session as redeemed and returns it: of many callers exactly one gets it.
    async fn redeem_session(&mut self, code_hash: &str, now: Instant) -> Result<Option<SessionRecord>>;
}
