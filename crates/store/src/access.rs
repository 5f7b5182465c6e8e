//! API keys, user tokens, hosted sessions.

use async_trait::async_trait;
use qist_app::caller::KeyOwner;
use qist_app::error::Result;
use qist_app::ports::store::{Access, KeyRecord, SessionRecord, TokenRecord};
use qist_domain::day::Instant;
use qist_domain::id::{ApiKeyId, SourcingEntityId, UserId};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const KEY_BY_HASH: &str = "
    SELECT id, kind, owner_id, hash, hint, created_at, last_used_at, revoked_at FROM api_keys WHERE hash = ?1";
const KEYS_OF: &str = "
    SELECT id, kind, owner_id, hash, hint, created_at, last_used_at, revoked_at FROM api_keys
    WHERE owner_id = ?1 AND kind = ?2 ORDER BY created_at, id";
const INSERT_KEY: &str = "
    INSERT INTO api_keys (id, kind, owner_id, hash, hint, created_at, last_used_at, revoked_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const REVOKE_KEY: &str = "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
const TOUCH_KEY: &str = "
    UPDATE api_keys SET last_used_at = ?2 WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)";

const INSERT_TOKEN: &str = "
    INSERT INTO tokens (id, hash, tenant_id, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const TOKEN_BY_HASH: &str = "
    SELECT id, hash, tenant_id, user_id, created_at, expires_at FROM tokens WHERE hash = ?1";

const INSERT_SESSION: &str = "
    INSERT INTO sessions (id, code_hash, tenant_id, user_id, redirect_url, hide_close, transaction_id,
        withdraw_amount_paise, created_at, expires_at, redeemed_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
    ON CONFLICT (tenant_id, transaction_id) DO NOTHING";
const WITHDRAWAL: &str = "
    SELECT id, code_hash, tenant_id, user_id, redirect_url, hide_close, transaction_id, withdraw_amount_paise,
        created_at, expires_at, redeemed_at
    FROM sessions WHERE tenant_id = ?1 AND user_id = ?2 AND transaction_id = ?3";
const REDEEM_SESSION: &str = "
    UPDATE sessions SET redeemed_at = ?2 WHERE code_hash = ?1 AND redeemed_at IS NULL AND expires_at > ?2
    RETURNING id, code_hash, tenant_id, user_id, redirect_url, hide_close, transaction_id, withdraw_amount_paise,
        created_at, expires_at, redeemed_at";

#[async_trait]
impl Access for StoreTx<'_, '_> {
    async fn key_by_hash(&mut self, hash: &str) -> Result<Option<KeyRecord>> {
        self.row(KEY_BY_HASH, params![hash], key_row).await
    }

    async fn keys_of(&mut self, owner: KeyOwner) -> Result<Vec<KeyRecord>> {
        let (kind, id) = owner_columns(owner);
        self.rows(KEYS_OF, params![&id, kind], key_row).await
    }

    async fn insert_key(&mut self, key: &KeyRecord) -> Result<()> {
        let (kind, owner) = owner_columns(key.owner);
        let (last_used_at, revoked_at) = (key.last_used_at.map(Instant::micros), key.revoked_at.map(Instant::micros));
        let id = key.id.to_string();
        let created_at = key.created_at.micros();
        let row = params![&id, kind, &owner, &key.hash, &key.hint, created_at, last_used_at, revoked_at];
        self.change_one(INSERT_KEY, row).await
    }

    async fn revoke_key(&mut self, id: ApiKeyId, now: Instant) -> Result<bool> {
        Ok(self.change(REVOKE_KEY, params![&id.to_string(), now.micros()]).await? == 1)
    }

    async fn touch_keys(&mut self, used: &[(ApiKeyId, Instant)]) -> Result<()> {
        // In one order always, so that two processes that touch the same keys do not block each other.
        let mut used = used.to_vec();
        used.sort_unstable();
        for (id, at) in used {
            self.change(TOUCH_KEY, params![&id.to_string(), at.micros()]).await?;
        }
        Ok(())
    }

    async fn insert_token(&mut self, token: &TokenRecord) -> Result<()> {
        let (id, tenant, user) = (token.id.to_string(), token.tenant.to_string(), token.user.to_string());
        let (created_at, expires_at) = (token.created_at.micros(), token.expires_at.micros());
        self.change_one(INSERT_TOKEN, params![&id, &token.hash, &tenant, &user, created_at, expires_at]).await
    }

    async fn token_by_hash(&mut self, hash: &str) -> Result<Option<TokenRecord>> {
        self.row(TOKEN_BY_HASH, params![hash], token_row).await
    }

    async fn insert_session(&mut self, session: &SessionRecord) -> Result<bool> {
        let (id, tenant, user) = (session.id.to_string(), session.tenant.to_string(), session.user.to_string());
        let row = params![
            &id,
            &session.code_hash,
            &tenant,
            &user,
            &session.redirect_url,
            session.hide_close,
            &session.transaction_id,
            session.withdraw_amount_paise,
            session.created_at.micros(),
            session.expires_at.micros(),
            session.redeemed_at.map(Instant::micros),
        ];
        Ok(self.change(INSERT_SESSION, row).await? == 1)
    }

    async fn redeem_session(&mut self, code_hash: &str, now: Instant) -> Result<Option<SessionRecord>> {
        Ok(self.change_returning(REDEEM_SESSION, params![code_hash, now.micros()], session_row).await?.pop())
    }
}

fn owner_columns(owner: KeyOwner) -> (&'static str, String) {
    match owner {
        KeyOwner::Server(id) => ("server", id.to_string()),
        KeyOwner::Client(id) => ("client", id.to_string()),
        KeyOwner::Lender(id) => ("lender", id.to_string()),
    }
}

fn key_row(row: &Row<'_>) -> std::result::Result<KeyRecord, DbError> {
    let mut cells = Cells::of("api_keys", row);
    let id = cells.parsed("id")?;
    let kind = cells.text("kind")?;
    let owner = match kind.as_str() {
        "server" => KeyOwner::Server(cells.parsed("owner_id")?),
        "client" => KeyOwner::Client(cells.parsed("owner_id")?),
        "lender" => KeyOwner::Lender(cells.parsed("owner_id")?),
        other => return Err(cells.corrupt("kind", format!("the name {other:?} is not known"))),
    };
    Ok(KeyRecord {
        id,
        owner,
        hash: cells.text("hash")?,
        hint: cells.text("hint")?,
        created_at: cells.instant("created_at")?,
        last_used_at: cells.instant_opt("last_used_at")?,
        revoked_at: cells.instant_opt("revoked_at")?,
    })
}

fn token_row(row: &Row<'_>) -> std::result::Result<TokenRecord, DbError> {
    let mut cells = Cells::of("tokens", row);
    Ok(TokenRecord {
        id: cells.parsed("id")?,
        hash: cells.text("hash")?,
        tenant: cells.parsed("tenant_id")?,
        user: cells.parsed("user_id")?,
        created_at: cells.instant("created_at")?,
        expires_at: cells.instant("expires_at")?,
    })
}

/// The session that was opened for drawing under an id.
pub(crate) async fn withdrawal_session(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    user: UserId,
    transaction_id: &str,
) -> Result<Option<SessionRecord>> {
    tx.row(WITHDRAWAL, params![&tenant.to_string(), &user.to_string(), transaction_id], session_row).await
}

fn session_row(row: &Row<'_>) -> std::result::Result<SessionRecord, DbError> {
    let mut cells = Cells::of("sessions", row);
    Ok(SessionRecord {
        id: cells.parsed("id")?,
        code_hash: cells.text("code_hash")?,
        tenant: cells.parsed("tenant_id")?,
        user: cells.parsed("user_id")?,
        redirect_url: cells.text("redirect_url")?,
        hide_close: cells.get("hide_close")?,
        transaction_id: cells.get("transaction_id")?,
        withdraw_amount_paise: cells.get("withdraw_amount_paise")?,
        created_at: cells.instant("created_at")?,
        expires_at: cells.instant("expires_at")?,
        redeemed_at: cells.instant_opt("redeemed_at")?,
    })
}
