//! Who uses BankConnect, and what each has set.

use qist_app::error::Result;
use qist_app::ports::store::{BankKeyRecord, BankSettings, BankWebhook, BankWebhookMode};
use qist_domain::day::Instant;
use qist_domain::id::{ApiKeyId, SourcingEntityId};
use serde::{Deserialize, Serialize};

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO bank_keys (id, tenant_id, key_hash, server_hash, hint, created_at, revoked_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const BY_HASH: &str = "
    SELECT id, tenant_id, key_hash, server_hash, hint, created_at, revoked_at FROM bank_keys WHERE key_hash = ?1";
const OF: &str = "
    SELECT id, tenant_id, key_hash, server_hash, hint, created_at, revoked_at FROM bank_keys WHERE tenant_id = ?1
    ORDER BY created_at, id";
const REVOKE: &str = "UPDATE bank_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL";
const SETTINGS: &str =
    "SELECT tenant_id, legacy_key_only, webhook, webhook_mode FROM bank_settings WHERE tenant_id = ?1";
const SAVE_SETTINGS: &str = "
    INSERT INTO bank_settings (tenant_id, legacy_key_only, webhook, webhook_mode) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (tenant_id) DO UPDATE SET legacy_key_only = excluded.legacy_key_only, webhook = excluded.webhook,
        webhook_mode = excluded.webhook_mode";

pub(super) async fn insert(tx: &mut StoreTx<'_, '_>, key: &BankKeyRecord) -> Result<()> {
    let (id, tenant) = (key.id.to_string(), key.tenant.to_string());
    let (created_at, revoked_at) = (key.created_at.micros(), key.revoked_at.map(Instant::micros));
    let row = params![&id, &tenant, &key.key_hash, &key.server_hash, &key.hint, created_at, revoked_at];
    tx.change_one(INSERT, row).await
}

pub(super) async fn by_hash(tx: &mut StoreTx<'_, '_>, key_hash: &str) -> Result<Option<BankKeyRecord>> {
    tx.row(BY_HASH, params![key_hash], key_row).await
}

pub(super) async fn of(tx: &mut StoreTx<'_, '_>, tenant: SourcingEntityId) -> Result<Vec<BankKeyRecord>> {
    tx.rows(OF, params![&tenant.to_string()], key_row).await
}

pub(super) async fn revoke(tx: &mut StoreTx<'_, '_>, id: ApiKeyId, now: Instant) -> Result<bool> {
    Ok(tx.change(REVOKE, params![&id.to_string(), now.micros()]).await? == 1)
}

#[derive(Serialize, Deserialize)]
struct SealedWebhook {
    url: String,
    secret: String,
}

pub(super) async fn settings(tx: &mut StoreTx<'_, '_>, tenant: SourcingEntityId) -> Result<BankSettings> {
    let id = tenant.to_string();
    let Some((legacy_key_only, sealed, mode)) = tx.row(SETTINGS, params![&id], settings_row).await? else {
        let webhook_mode = BankWebhookMode::Online;
        return Ok(BankSettings { tenant, legacy_key_only: false, webhook: None, webhook_mode });
    };
    let webhook = match sealed {
        Some(sealed) => {
            let SealedWebhook { url, secret } = tx.open_json(Scope::Tenant(tenant), place(&id), &sealed).await?;
            Some(BankWebhook { url, secret })
        }
        None => None,
    };
    let webhook_mode = if mode { BankWebhookMode::All } else { BankWebhookMode::Online };
    Ok(BankSettings { tenant, legacy_key_only, webhook, webhook_mode })
}

pub(super) async fn save_settings(tx: &mut StoreTx<'_, '_>, settings: &BankSettings, now: Instant) -> Result<()> {
    let id = settings.tenant.to_string();
    let sealed = match &settings.webhook {
        Some(BankWebhook { url, secret }) => {
            let plain = SealedWebhook { url: url.clone(), secret: secret.clone() };
            Some(tx.seal_json(Scope::Tenant(settings.tenant), place(&id), &plain, now).await?)
        }
        None => None,
    };
    let all = settings.webhook_mode == BankWebhookMode::All;
    tx.change_one(SAVE_SETTINGS, params![&id, settings.legacy_key_only, sealed.as_deref(), all]).await
}

fn place(id: &str) -> Place<'_> {
    Place { table: "bank_settings", column: "webhook", row: id }
}

fn key_row(row: &Row<'_>) -> std::result::Result<BankKeyRecord, DbError> {
    let mut cells = Cells::of("bank_keys", row);
    Ok(BankKeyRecord {
        id: cells.parsed("id")?,
        tenant: cells.parsed("tenant_id")?,
        key_hash: cells.text("key_hash")?,
        server_hash: cells.text("server_hash")?,
        hint: cells.text("hint")?,
        created_at: cells.instant("created_at")?,
        revoked_at: cells.instant_opt("revoked_at")?,
    })
}

/// Whether the key alone is asked for, the sealed webhook, and whether all is told.
type Stored = (bool, Option<Vec<u8>>, bool);

fn settings_row(row: &Row<'_>) -> std::result::Result<Stored, DbError> {
    let mut cells = Cells::of("bank_settings", row);
    cells.text("tenant_id")?;
    Ok((cells.get("legacy_key_only")?, cells.get("webhook")?, cells.get("webhook_mode")?))
}
