//! Customers, and the port through which everything about them is reached.

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::store::{Activity, DecisionRecord, Eligibility, Listed, UserFilter, UserRow, Users};
use qist_domain::change::Change;
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, ConsentId, SourcingEntityId, UserId};
use qist_domain::money::Paise;
use qist_domain::policy::PolicyKind;
use qist_domain::refusal::Code;
use qist_domain::user::consent::Consent;
use qist_domain::user::{Bureau, Personal, User, UserStatus};

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};
use crate::{consents, decisions, eligibility, events, user_list};

/// The name under which users are counted.
pub(crate) const LIST: &str = "users";

const FIND: &str = "
    SELECT id, tenant_id, customer_id, mobile, status, name, personal, bureau, fis_score, source, journey_started,
        created_at, version
    FROM users WHERE tenant_id = ?1 AND id = ?2";
const FIND_BY_CUSTOMER: &str = "
    SELECT id, tenant_id, customer_id, mobile, status, name, personal, bureau, fis_score, source, journey_started,
        created_at, version
    FROM users WHERE tenant_id = ?1 AND customer_id = ?2";
const INSERT: &str = "
    INSERT INTO users (id, tenant_id, customer_id, customer_key, mobile, status, name, personal, bureau, fis_score,
        source, journey_started, event_seq, created_at, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT DO NOTHING";
/// Locked, so that what is read here is what the update replaces.
const STATUS_BEFORE: &str = "
    SELECT id, status FROM users WHERE tenant_id = ?1 AND id = ?2 AND version = ?3 {for_update}";
const UPDATE: &str = "
    UPDATE users SET status = ?4, name = ?5, personal = ?6, bureau = ?7, fis_score = ?8, source = ?9,
        journey_started = ?10, event_seq = event_seq + ?11, version = ?12
    WHERE tenant_id = ?1 AND id = ?2 AND version = ?3
    RETURNING id, event_seq";

#[async_trait]
impl Users for StoreTx<'_, '_> {
    async fn user(&mut self, tenant: SourcingEntityId, id: UserId) -> Result<Option<User>> {
        let found = self.row(FIND, params![&tenant.to_string(), &id.to_string()], user_row).await?;
        opened(self, found).await
    }

    async fn user_by_customer(&mut self, tenant: SourcingEntityId, customer_id: &str) -> Result<Option<User>> {
        let found = self.row(FIND_BY_CUSTOMER, params![&tenant.to_string(), customer_id], user_row).await?;
        opened(self, found).await
    }

    async fn save_user(&mut self, change: Change<User>, now: Instant) -> Result<()> {
        let (user, was, logged, entries) = change.into_parts();
        if !entries.is_empty() {
            return Err(Error::internal("a user books nothing"));
        }
        let count = i64::try_from(logged.len()).map_err(Error::internal)?;
        let last_event = match was {
            None => insert(self, &user, count, now).await?,
            Some(was) => update(self, &user, was, count, now).await?,
        };
        events::append(self, user.tenant, user.id, last_event, &logged, now).await
    }

    async fn list_users(&mut self, tenant: SourcingEntityId, filter: &UserFilter) -> Result<Listed<UserRow>> {
        user_list::list(self, tenant, filter).await
    }

    async fn activity(&mut self, user: UserId) -> Result<Vec<Activity>> {
        events::of(self, user).await
    }

    async fn eligibility(&mut self, user: UserId) -> Result<Option<Eligibility>> {
        eligibility::find(self, user).await
    }

    async fn save_eligibility(&mut self, eligibility: &Eligibility) -> Result<()> {
        eligibility::save(self, eligibility).await
    }

    async fn forget_eligibility(&mut self, user: UserId) -> Result<()> {
        eligibility::forget(self, user).await
    }

    async fn preapproved_limit(&mut self, tenant: SourcingEntityId, customer_id: &str) -> Result<Option<Paise>> {
        eligibility::limit(self, tenant, customer_id).await
    }

    async fn save_preapproved_limit(
        &mut self,
        tenant: SourcingEntityId,
        customer_id: &str,
        limit: Paise,
        now: Instant,
    ) -> Result<()> {
        eligibility::save_limit(self, tenant, customer_id, limit, now).await
    }

    async fn insert_decision(&mut self, decision: &DecisionRecord) -> Result<()> {
        decisions::insert(self, decision).await
    }

    async fn decision(&mut self, user: UserId, kind: PolicyKind) -> Result<Option<DecisionRecord>> {
        decisions::newest(self, user, kind).await
    }

    async fn decisions_of(&mut self, application: ApplicationId) -> Result<Vec<DecisionRecord>> {
        decisions::of_application(self, application).await
    }

    async fn insert_consent(&mut self, consent: &Consent) -> Result<()> {
        consents::insert(self, consent).await
    }

    async fn consents(&mut self, user: UserId) -> Result<Vec<Consent>> {
        consents::of(self, user).await
    }

    async fn revoke_consent(&mut self, user: UserId, id: ConsentId, now: Instant) -> Result<bool> {
        consents::revoke(self, user, id, now).await
    }
}

/// Answers the number of the last event, counting those about to be logged.
async fn insert(tx: &mut StoreTx<'_, '_>, user: &User, events: i64, now: Instant) -> Result<i64> {
    let (id, tenant) = (user.id.to_string(), user.tenant.to_string());
    let (personal, bureau) = columns(tx, user, &id, now).await?;
    let customer_key = user.customer_id.to_ascii_lowercase();
    let row = params![
        &id,
        &tenant,
        &user.customer_id,
        &customer_key,
        user.mobile.as_str(),
        user.status.name(),
        &user.name,
        personal.as_deref(),
        &bureau,
        &user.fis_score,
        &user.source,
        user.journey_started,
        events,
        user.created_at.micros(),
        user.version,
    ];
    if tx.change(INSERT, row).await? == 0 {
        return Err(Code::UserExists.into());
    }
    tx.count(tenant, LIST, user.status.name(), user.id.0.as_u128(), 1);
    Ok(events)
}

async fn update(tx: &mut StoreTx<'_, '_>, user: &User, was: i64, events: i64, now: Instant) -> Result<i64> {
    let (id, tenant) = (user.id.to_string(), user.tenant.to_string());
    let (personal, bureau) = columns(tx, user, &id, now).await?;
    let before = tx.row(STATUS_BEFORE, params![&tenant, &id, was], status_row).await?.ok_or_else(conflict)?;
    let row = params![
        &tenant,
        &id,
        was,
        user.status.name(),
        &user.name,
        personal.as_deref(),
        &bureau,
        &user.fis_score,
        &user.source,
        user.journey_started,
        events,
        user.version,
    ];
    let last_event = tx.change_returning(UPDATE, row, events::seq_row).await?.pop().ok_or_else(conflict)?;
    if before != user.status {
        tx.count(tenant.clone(), LIST, before.name(), user.id.0.as_u128(), -1);
        tx.count(tenant, LIST, user.status.name(), user.id.0.as_u128(), 1);
    }
    Ok(last_event)
}

/// The columns that are null as long as they have nothing to say: what is personal, sealed, and the bureau's state.
pub(crate) async fn columns(
    tx: &mut StoreTx<'_, '_>,
    user: &User,
    id: &str,
    now: Instant,
) -> Result<(Option<Vec<u8>>, Option<String>)> {
    let personal = if user.personal == Personal::default() {
        None
    } else {
        Some(tx.seal_json(Scope::Tenant(user.tenant), personal_of(id), &user.personal, now).await?)
    };
    let bureau = if user.bureau == Bureau::default() { None } else { Some(serde_json::to_string(&user.bureau)?) };
    Ok((personal, bureau))
}

async fn opened(tx: &mut StoreTx<'_, '_>, found: Option<(User, Option<Vec<u8>>)>) -> Result<Option<User>> {
    let Some((mut user, personal)) = found else { return Ok(None) };
    if let Some(sealed) = personal {
        let id = user.id.to_string();
        user.personal = tx.open_json(Scope::Tenant(user.tenant), personal_of(&id), &sealed).await?;
    }
    Ok(Some(user))
}

fn personal_of(id: &str) -> Place<'_> {
    Place { table: "users", column: "personal", row: id }
}

/// A user without what is personal, and that, sealed.
fn user_row(row: &Row<'_>) -> std::result::Result<(User, Option<Vec<u8>>), DbError> {
    let mut cells = Cells::of("users", row);
    let (id, tenant) = (cells.parsed("id")?, cells.parsed("tenant_id")?);
    let (customer_id, mobile) = (cells.text("customer_id")?, cells.formatted("mobile")?);
    let status = cells.named("status", UserStatus::from_name)?;
    let name = cells.get("name")?;
    let personal = cells.get("personal")?;
    let user = User {
        id,
        tenant,
        customer_id,
        mobile,
        status,
        name,
        personal: Personal::default(),
        bureau: cells.json_opt("bureau")?.unwrap_or_default(),
        fis_score: cells.get("fis_score")?,
        source: cells.get("source")?,
        journey_started: cells.get("journey_started")?,
        created_at: cells.instant("created_at")?,
        version: cells.get("version")?,
    };
    Ok((user, personal))
}

fn status_row(row: &Row<'_>) -> std::result::Result<UserStatus, DbError> {
    let mut cells = Cells::of("users", row);
    cells.text("id")?;
    cells.named("status", UserStatus::from_name)
}
