//! Whoever statements are of.

use qist_app::error::Result;
use qist_app::ports::store::Listed;
use qist_domain::bank::Entity;
use qist_domain::day::Instant;
use qist_domain::id::{BankEntityId, BlobId, SourcingEntityId};
use qist_statement::analysis::Features;

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};

const FIND: &str = "
    SELECT id, tenant_id, link_id, meta_data, analysis_id, version, created_at FROM bank_entities
    WHERE id = ?2 AND tenant_id = ?1";
const BY_LINK: &str = "
    SELECT id, tenant_id, link_id, meta_data, analysis_id, version, created_at FROM bank_entities
    WHERE tenant_id = ?1 AND link_id = ?2";
const INSERT: &str = "
    INSERT INTO bank_entities (id, tenant_id, link_id, meta_data, analysis_id, version, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, link_id) DO NOTHING";
const COUNT: &str = "SELECT count(*) FROM bank_entities WHERE tenant_id = ?1";
const PAGE: &str = "
    SELECT id, tenant_id, link_id, meta_data, analysis_id, version, created_at FROM bank_entities
    WHERE tenant_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2 OFFSET ?3";
const SAVE_ANALYSIS: &str = "
    UPDATE bank_entities SET analysis_id = ?3, features = ?4, version = version + 1 WHERE id = ?1 AND version = ?2";
const FEATURES: &str = "SELECT id, features FROM bank_entities WHERE tenant_id = ?1 AND link_id = ?2";
const FIND_ANY: &str = "
    SELECT id, tenant_id, link_id, meta_data, analysis_id, version, created_at FROM bank_entities WHERE id = ?1";

pub(super) async fn find(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    id: BankEntityId,
) -> Result<Option<Entity>> {
    let found = tx.row(FIND, params![&tenant.to_string(), &id.to_string()], entity_row).await?;
    opened_opt(tx, found).await
}

pub(super) async fn by_link(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    link_id: &str,
) -> Result<Option<Entity>> {
    let found = tx.row(BY_LINK, params![&tenant.to_string(), link_id], entity_row).await?;
    opened_opt(tx, found).await
}

pub(super) async fn insert(tx: &mut StoreTx<'_, '_>, entity: &Entity) -> Result<bool> {
    let (id, tenant) = (entity.id.to_string(), entity.tenant.to_string());
    let meta_data = match &entity.meta_data {
        Some(value) => {
            Some(tx.seal_json(Scope::Tenant(entity.tenant), meta_data_of(&id), value, entity.created_at).await?)
        }
        None => None,
    };
    let analysis = entity.analysis.map(|id| id.to_string());
    let row = params![
        &id,
        &tenant,
        &entity.link_id,
        meta_data.as_deref(),
        &analysis,
        entity.version,
        entity.created_at.micros(),
    ];
    Ok(tx.change(INSERT, row).await? == 1)
}

pub(super) async fn list(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    link_id: Option<&str>,
    limit: i64,
    offset: i64,
) -> Result<Listed<Entity>> {
    if let Some(link_id) = link_id {
        // A link_id names one entity at most.
        let found = by_link(tx, tenant, link_id).await?;
        let total = i64::from(found.is_some());
        let rows = found.into_iter().filter(|_| offset == 0 && limit > 0).collect();
        return Ok(Listed { total, rows });
    }
    let tenant = tenant.to_string();
    let total = tx.row(COUNT, params![&tenant], |row| row.get(0)).await?.unwrap_or_default();
    let found = tx.rows(PAGE, params![&tenant, limit, offset], entity_row).await?;
    let mut rows = Vec::with_capacity(found.len());
    for found in found {
        rows.push(opened(tx, found).await?);
    }
    Ok(Listed { total, rows })
}

pub(super) async fn find_any(tx: &mut StoreTx<'_, '_>, id: BankEntityId) -> Result<Option<Entity>> {
    let found = tx.row(FIND_ANY, params![&id.to_string()], entity_row).await?;
    opened_opt(tx, found).await
}

pub(super) async fn features(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    link_id: &str,
) -> Result<Option<Features>> {
    let found: Option<(String, Option<Vec<u8>>)> =
        tx.row(FEATURES, params![&tenant.to_string(), link_id], |row| Ok((row.get(0)?, row.get(1)?))).await?;
    match found {
        Some((id, Some(sealed))) => tx.open_json(Scope::Tenant(tenant), features_of(&id), &sealed).await.map(Some),
        _ => Ok(None),
    }
}

pub(super) async fn save_analysis(
    tx: &mut StoreTx<'_, '_>,
    entity: &Entity,
    analysis: BlobId,
    features: &Features,
    now: Instant,
) -> Result<()> {
    let (id, analysis) = (entity.id.to_string(), analysis.to_string());
    let features = tx.seal_json(Scope::Tenant(entity.tenant), features_of(&id), features, now).await?;
    let saved = tx.change(SAVE_ANALYSIS, params![&id, entity.version, &analysis, &features]).await?;
    if saved == 1 { Ok(()) } else { Err(conflict()) }
}

/// An entity without what its integrator keeps with it, and that, sealed.
type Found = (Entity, Option<Vec<u8>>);

async fn opened_opt(tx: &mut StoreTx<'_, '_>, found: Option<Found>) -> Result<Option<Entity>> {
    match found {
        Some(found) => opened(tx, found).await.map(Some),
        None => Ok(None),
    }
}

async fn opened(tx: &mut StoreTx<'_, '_>, (mut entity, meta_data): Found) -> Result<Entity> {
    if let Some(sealed) = meta_data {
        let id = entity.id.to_string();
        entity.meta_data = Some(tx.open_json(Scope::Tenant(entity.tenant), meta_data_of(&id), &sealed).await?);
    }
    Ok(entity)
}

fn features_of(id: &str) -> Place<'_> {
    Place { table: "bank_entities", column: "features", row: id }
}

fn meta_data_of(id: &str) -> Place<'_> {
    Place { table: "bank_entities", column: "meta_data", row: id }
}

fn entity_row(row: &Row<'_>) -> std::result::Result<Found, DbError> {
    let mut cells = Cells::of("bank_entities", row);
    let (id, tenant) = (cells.parsed("id")?, cells.parsed("tenant_id")?);
    let link_id = cells.get("link_id")?;
    let meta_data = cells.get("meta_data")?;
    let entity = Entity {
        id,
        tenant,
        link_id,
        meta_data: None,
        analysis: cells.parsed_opt("analysis_id")?,
        version: cells.get("version")?,
        created_at: cells.instant("created_at")?,
    };
    Ok((entity, meta_data))
}
