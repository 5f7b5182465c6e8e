//! Loan applications, and the port through which they, their offers and their files are reached.

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::store::{Applications, Listed, LoanFilter, LoanRow, StoredFile};
use qist_domain::application::{Agreement, Application, Details, LoanStatus, Mandate, Offer};
use qist_domain::change::Change;
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, BlobId, LenderId, SourcingEntityId, UserId};
use qist_domain::user::User;

use crate::cells::Cells;
use crate::cipher::{DataKey, Place, Scope};
use crate::counters::Counts;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};
use crate::users::user_columns;
use crate::{events, files, loan_list, offers, users};

/// The name under which applications are counted.
pub(crate) const LIST: &str = "loans";

/// The columns that `application_row` reads.
macro_rules! columns {
    () => {
        "a.id, a.number, a.tenant_id, a.user_id, a.programme_id, a.lender_id, a.status, a.amount_paise, a.details,
            a.documents, a.accepted_offer_id, a.mandate, a.agreement, a.end_reason, a.created_at, a.version"
    };
}
const COLUMNS: usize = 16;

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM applications a ", $rest)
    };
}

const FIND: &str = select!("WHERE a.tenant_id = ?1 AND a.id = ?2");
const FIND_WITH_USER: &str = concat!(
    "SELECT ",
    columns!(),
    ", ",
    user_columns!(),
    " FROM applications a JOIN users u ON u.id = a.user_id AND u.tenant_id = a.tenant_id
        WHERE a.tenant_id = ?1 AND a.id = ?2"
);
const FIND_OF_LENDER: &str = select!("WHERE a.lender_id = ?1 AND a.id = ?2");
const OF_USER: &str = select!("WHERE a.user_id = ?1 ORDER BY a.created_at DESC, a.id DESC");
const NUMBER: &str = "SELECT id FROM applications WHERE number = ?1";
/// What lists show of the user is copied from the user's own row.
const INSERT: &str = "
    INSERT INTO applications (id, number, tenant_id, user_id, customer_id, customer_key, mobile, programme_id,
        lender_id, status, amount_paise, details, documents, accepted_offer_id, mandate, agreement, end_reason,
        created_at, version)
    SELECT ?3, ?4, u.tenant_id, u.id, u.customer_id, u.customer_key, u.mobile, ?5,
        ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
        ?15, ?16
    FROM users u WHERE u.tenant_id = ?1 AND u.id = ?2
    ON CONFLICT DO NOTHING";
/// Locked, so that what is read here is what the update replaces.
const BEFORE: &str = "
    SELECT id, status, lender_id FROM applications WHERE tenant_id = ?1 AND id = ?2 AND version = ?3 {for_update}";
const UPDATE: &str = "
    UPDATE applications SET lender_id = ?4, status = ?5, amount_paise = ?6, details = ?7, documents = ?8,
        accepted_offer_id = ?9, mandate = ?10, agreement = ?11, end_reason = ?12, version = ?13
    WHERE tenant_id = ?1 AND id = ?2 AND version = ?3";

#[async_trait]
impl Applications for StoreTx<'_, '_> {
    async fn application(&mut self, tenant: SourcingEntityId, id: ApplicationId) -> Result<Option<Application>> {
        let found = self.row(FIND, params![&tenant.to_string(), &id.to_string()], application_row).await?;
        opened_opt(self, found).await
    }

    async fn application_with_user(
        &mut self,
        tenant: SourcingEntityId,
        id: ApplicationId,
    ) -> Result<Option<(Application, User)>> {
        let found = self.row(FIND_WITH_USER, params![&tenant.to_string(), &id.to_string()], with_user_row).await?;
        let Some((application, user)) = found else { return Ok(None) };
        Ok(Some((opened(self, application).await?, users::opened(self, user).await?)))
    }

    async fn application_of_lender(&mut self, lender: LenderId, id: ApplicationId) -> Result<Option<Application>> {
        let found = self.row(FIND_OF_LENDER, params![&lender.to_string(), &id.to_string()], application_row).await?;
        opened_opt(self, found).await
    }

    async fn applications_of(&mut self, user: UserId) -> Result<Vec<Application>> {
        let mut applications = Vec::new();
        for found in self.rows(OF_USER, params![&user.to_string()], application_row).await? {
            applications.push(opened(self, found).await?);
        }
        Ok(applications)
    }

    async fn number_is_free(&mut self, number: &str) -> Result<bool> {
        Ok(self.row(NUMBER, params![number], id_row).await?.is_none())
    }

    async fn save_application(&mut self, change: Change<Application>, now: Instant) -> Result<()> {
        let (application, was, logged, entries) = change.into_parts();
        if !entries.is_empty() {
            return Err(Error::internal("an application books nothing"));
        }
        let key = self.sealing_key(Scope::Tenant(application.tenant), now).await?;
        let columns = Columns::of(&key, &application)?;
        match was {
            None => insert(self, &application, &columns).await?,
            Some(was) => update(self, &application, was, &columns).await?,
        }
        events::append_numbered(self, application.tenant, application.user, &logged, now).await
    }

    async fn list_loans(&mut self, tenant: SourcingEntityId, filter: &LoanFilter) -> Result<Listed<LoanRow>> {
        loan_list::list(self, &loan_list::OF_TENANT, tenant.to_string(), filter).await
    }

    async fn list_loans_of_lender(&mut self, lender: LenderId, filter: &LoanFilter) -> Result<Listed<LoanRow>> {
        loan_list::list(self, &loan_list::OF_LENDER, lender.to_string(), filter).await
    }

    async fn insert_offers(&mut self, offers: &[Offer]) -> Result<()> {
        offers::insert(self, offers).await
    }

    async fn offers(&mut self, application: ApplicationId) -> Result<Vec<Offer>> {
        offers::of(self, application).await
    }

    async fn insert_file(&mut self, file: &StoredFile) -> Result<()> {
        files::insert(self, file).await
    }

    async fn file(&mut self, id: BlobId) -> Result<Option<StoredFile>> {
        files::find(self, id).await
    }
}

/// The columns that hold more than one value.
pub(crate) struct Columns {
    pub details: Option<Vec<u8>>,
    pub documents: String,
    pub accepted_offer: Option<String>,
    pub mandate: Option<String>,
    pub agreement: String,
    pub lender: Option<String>,
}

impl Columns {
    pub fn of(key: &DataKey, application: &Application) -> Result<Columns> {
        let id = application.id.to_string();
        let details = if application.details == Details::default() {
            None
        } else {
            Some(key.seal_json(details_of(&id), &application.details)?)
        };
        Ok(Columns {
            details,
            documents: serde_json::to_string(&application.documents)?,
            accepted_offer: application.accepted_offer.map(|id| id.to_string()),
            mandate: application.mandate.as_ref().map(serde_json::to_string).transpose()?,
            agreement: serde_json::to_string(&application.agreement)?,
            lender: application.lender.map(|id| id.to_string()),
        })
    }
}

async fn insert(tx: &mut StoreTx<'_, '_>, application: &Application, columns: &Columns) -> Result<()> {
    let (id, tenant, user) = (application.id.to_string(), application.tenant.to_string(), application.user.to_string());
    let programme = application.programme.to_string();
    let row = params![
        &tenant,
        &user,
        &id,
        &application.number,
        &programme,
        &columns.lender,
        application.status.name(),
        application.amount.get(),
        columns.details.as_deref(),
        &columns.documents,
        &columns.accepted_offer,
        &columns.mandate,
        &columns.agreement,
        &application.end_reason,
        application.created_at.micros(),
        application.version,
    ];
    if tx.change(INSERT, row).await? == 0 {
        return Err(conflict());
    }
    count(&mut tx.counts, application, application.status, columns.lender.as_deref(), 1);
    Ok(())
}

async fn update(tx: &mut StoreTx<'_, '_>, application: &Application, was: i64, columns: &Columns) -> Result<()> {
    let (id, tenant) = (application.id.to_string(), application.tenant.to_string());
    let before = tx.row(BEFORE, params![&tenant, &id, was], before_row).await?;
    let (status, lender) = before.ok_or_else(conflict)?;
    let row = params![
        &tenant,
        &id,
        was,
        &columns.lender,
        application.status.name(),
        application.amount.get(),
        columns.details.as_deref(),
        &columns.documents,
        &columns.accepted_offer,
        &columns.mandate,
        &columns.agreement,
        &application.end_reason,
        application.version,
    ];
    if tx.change(UPDATE, row).await? == 0 {
        return Err(conflict());
    }
    count(&mut tx.counts, application, status, lender.as_deref(), -1);
    count(&mut tx.counts, application, application.status, columns.lender.as_deref(), 1);
    Ok(())
}

/// In the lists of the sourcing entity and of the lender.
pub(crate) fn count(counts: &mut Counts, application: &Application, status: LoanStatus, lender: Option<&str>, by: i64) {
    let row = application.id.0.as_u128();
    counts.note(application.tenant.to_string(), LIST, status.name(), row, by);
    if let Some(lender) = lender {
        counts.note(lender.to_owned(), LIST, status.name(), row, by);
    }
}

/// An application without its details, and those, sealed.
type Found = (Application, Option<Vec<u8>>);

async fn opened_opt(tx: &mut StoreTx<'_, '_>, found: Option<Found>) -> Result<Option<Application>> {
    match found {
        Some(found) => opened(tx, found).await.map(Some),
        None => Ok(None),
    }
}

async fn opened(tx: &mut StoreTx<'_, '_>, (mut application, details): Found) -> Result<Application> {
    if let Some(sealed) = details {
        let id = application.id.to_string();
        application.details = tx.open_json(Scope::Tenant(application.tenant), details_of(&id), &sealed).await?;
    }
    Ok(application)
}

fn details_of(id: &str) -> Place<'_> {
    Place { table: "applications", column: "details", row: id }
}

fn application_row(row: &Row<'_>) -> std::result::Result<Found, DbError> {
    let mut cells = Cells::of("applications", row);
    let (id, number) = (cells.parsed("id")?, cells.text("number")?);
    let (tenant, user) = (cells.parsed("tenant_id")?, cells.parsed("user_id")?);
    let (programme, lender) = (cells.parsed("programme_id")?, cells.parsed_opt("lender_id")?);
    let status = cells.named("status", LoanStatus::from_name)?;
    let amount = cells.paise("amount_paise")?;
    let details = cells.get("details")?;
    let application = Application {
        id,
        number,
        tenant,
        user,
        programme,
        lender,
        status,
        amount,
        details: Details::default(),
        documents: cells.json("documents")?,
        accepted_offer: cells.parsed_opt("accepted_offer_id")?,
        mandate: cells.json_opt::<Mandate>("mandate")?,
        agreement: cells.json::<Agreement>("agreement")?,
        end_reason: cells.get("end_reason")?,
        created_at: cells.instant("created_at")?,
        version: cells.get("version")?,
    };
    Ok((application, details))
}

fn with_user_row(row: &Row<'_>) -> std::result::Result<(Found, users::Found), DbError> {
    Ok((application_row(row)?, users::user_cells(Cells::after(COLUMNS, "users", row))?))
}

fn before_row(row: &Row<'_>) -> std::result::Result<(LoanStatus, Option<String>), DbError> {
    let mut cells = Cells::of("applications", row);
    cells.text("id")?;
    Ok((cells.named("status", LoanStatus::from_name)?, cells.get("lender_id")?))
}

fn id_row(row: &Row<'_>) -> std::result::Result<ApplicationId, DbError> {
    Cells::of("applications", row).parsed("id")
}
