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
use crate::cipher::{DataKey, Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};
use crate::{consents, decisions, eligibility, events, user_list};

/// The name under which users are counted.
pub(crate) const LIST: &str = "users";

/// The columns that `user_row` reads.
macro_rules! user_columns {
    () => {
        "u.id, u.tenant_id, u.customer_id, u.mobile, u.status, u.name, u.personal, u.bureau, u.fis_score, u.source,
            u.journey_started, u.created_at, u.version"
    };
}
pub(crate) use user_columns;
const USER_COLUMNS: usize = 13;

const FIND: &str = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.tenant_id = ?1 AND u.id = ?2");
const FIND_BY_CUSTOMER: &str =
    concat!("SELECT ", user_columns!(), " FROM users u WHERE u.tenant_id = ?1 AND u.customer_id = ?2");
/// A row for each application, or one without.
const FIND_WITH_APPLICATIONS: &str = concat!(
    "SELECT ",
    user_columns!(),
    ", a.id FROM users u LEFT JOIN applications a ON a.user_id = u.id WHERE u.tenant_id = ?1 AND u.customer_id = ?2
        ORDER BY a.created_at DESC, a.id DESC"
);
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
        opened_opt(self, found).await
    }

    async fn user_by_customer(&mut self, tenant: SourcingEntityId, customer_id: &str) -> Result<Option<User>> {
        let found = self.row(FIND_BY_CUSTOMER, params![&tenant.to_string(), customer_id], user_row).await?;
        opened_opt(self, found).await
    }

    async fn user_with_application_ids(
        &mut self,
        tenant: SourcingEntityId,
        customer_id: &str,
    ) -> Result<Option<(User, Vec<ApplicationId>)>> {
        let tenant = tenant.to_string();
        let rows = self.rows(FIND_WITH_APPLICATIONS, params![&tenant, customer_id], with_application_row).await?;
        let (users, ids): (Vec<Found>, Vec<Option<ApplicationId>>) = rows.into_iter().unzip();
        let user = opened_opt(self, users.into_iter().next()).await?;
        Ok(user.map(|user| (user, ids.into_iter().flatten().collect())))
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

    async fn eligibility_of_customer(
        &mut self,
        tenant: SourcingEntityId,
        customer_id: &str,
    ) -> Result<Option<Option<Eligibility>>> {
        eligibility::find_of_customer(self, tenant, customer_id).await
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
    let key = tx.sealing_key(Scope::Tenant(user.tenant), now).await?;
    let (personal, bureau) = columns(&key, user, &id)?;
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
    tx.counts.note(tenant, LIST, user.status.name(), user.id.0.as_u128(), 1);
    Ok(events)
}

async fn update(tx: &mut StoreTx<'_, '_>, user: &User, was: i64, events: i64, now: Instant) -> Result<i64> {
    let (id, tenant) = (user.id.to_string(), user.tenant.to_string());
    let key = tx.sealing_key(Scope::Tenant(user.tenant), now).await?;
    let (personal, bureau) = columns(&key, user, &id)?;
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
        tx.counts.note(tenant.clone(), LIST, before.name(), user.id.0.as_u128(), -1);
        tx.counts.note(tenant, LIST, user.status.name(), user.id.0.as_u128(), 1);
    }
    Ok(last_event)
}

/// The columns that are null as long as they have nothing to say: what is personal, sealed, and the bureau's state.
pub(crate) fn columns(key: &DataKey, user: &User, id: &str) -> Result<(Option<Vec<u8>>, Option<String>)> {
    let personal =
        if user.personal == Personal::default() { None } else { Some(key.seal_json(personal_of(id), &user.personal)?) };
    let bureau = if user.bureau == Bureau::default() { None } else { Some(serde_json::to_string(&user.bureau)?) };
    Ok((personal, bureau))
}

/// A user without what is personal, and that, sealed.
pub(crate) type Found = (User, Option<Vec<u8>>);

async fn opened_opt(tx: &mut StoreTx<'_, '_>, found: Option<Found>) -> Result<Option<User>> {
    match found {
        Some(found) => opened(tx, found).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) async fn opened(tx: &mut StoreTx<'_, '_>, (mut user, personal): Found) -> Result<User> {
    if let Some(sealed) = personal {
        let id = user.id.to_string();
        user.personal = tx.open_json(Scope::Tenant(user.tenant), personal_of(&id), &sealed).await?;
    }
    Ok(user)
}

fn personal_of(id: &str) -> Place<'_> {
    Place { table: "users", column: "personal", row: id }
}

fn user_row(row: &Row<'_>) -> std::result::Result<Found, DbError> {
    user_cells(Cells::of("users", row))
}

fn with_application_row(row: &Row<'_>) -> std::result::Result<(Found, Option<ApplicationId>), DbError> {
    let application = Cells::after(USER_COLUMNS, "applications", row).parsed_opt("id")?;
    Ok((user_row(row)?, application))
}

pub(crate) fn user_cells(mut cells: Cells<'_, '_>) -> std::result::Result<Found, DbError> {
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
