//! Whole lives of many customers at once, for seeding a deployment that nobody uses yet.
//!
//! This is the one door besides a `Change` through which something is stored. It checks nothing that the domain's verbs
//! check, and a row that exists already fails its whole batch.

use std::sync::Arc;

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_domain::application::{Application, Offer};
use qist_domain::day::Instant;
use qist_domain::event::Event;
use qist_domain::ledger::Entries;
use qist_domain::loan::Loan;
use qist_domain::user::User;

use crate::cipher::{Keyring, Learned};
use crate::db::{Body, Conn, Dialect, Param};
use crate::rows::Columns;
use crate::store::DbStore;
use crate::tx::{Purpose, StoreTx};
use crate::{applications, events, loans, offers, users};

/// Customers in one transaction: few enough that other writers get their turn, enough that the commit does not count.
const BATCH: usize = 512;

/// A customer with everything that has happened to it.
#[derive(Debug, Clone)]
pub struct Life {
    pub user: User,
    pub applications: Vec<ApplicationLife>,
    /// Oldest first, those of the applications among them.
    pub events: Vec<(Event, Instant)>,
}

/// An application with its offers and, once it is paid out, its loan.
#[derive(Debug, Clone)]
pub struct ApplicationLife {
    pub application: Application,
    pub offers: Vec<Offer>,
    /// With what the ledger says of it.
    pub loan: Option<(Loan, Vec<Entries>)>,
}

#[rustfmt::skip]
static USERS: Columns = Columns::new("users", &[
    "id", "tenant_id", "customer_id", "customer_key", "mobile", "status", "name", "personal", "bureau", "fis_score",
    "source", "journey_started", "event_seq", "created_at", "version",
]);

#[rustfmt::skip]
static APPLICATIONS: Columns = Columns::new("applications", &[
    "id", "number", "tenant_id", "user_id", "customer_id", "customer_key", "mobile", "programme_id", "lender_id",
    "status", "amount_paise", "details", "documents", "accepted_offer_id", "mandate", "agreement", "end_reason",
    "created_at", "version",
]);

impl DbStore {
    /// Stores customers, batch by batch: a failure keeps the batches before it. Instalments are projected on `now`'s day.
    pub async fn insert_lives(&self, lives: Vec<Life>, now: Instant) -> Result<()> {
        let mut lives = lives.into_iter().peekable();
        while lives.peek().is_some() {
            let lives = lives.by_ref().take(BATCH).collect();
            let batch = Batch { lives, now, keyring: Arc::clone(&self.keyring) };
            let learned = self.db().write(Arc::new(batch)).await?;
            self.keyring.learn(learned);
        }
        Ok(())
    }

    /// To be called after the last life.
    pub async fn analyze(&self) -> Result<()> {
        self.db().write(Arc::new(Analyze)).await
    }
}

/// Lets PostgreSQL learn what it holds, without which it would not look into the trigram indexes. SQLite plans by its schema.
struct Analyze;

#[async_trait]
impl Body for Analyze {
    type Out = ();
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<()> {
        match conn.dialect() {
            Dialect::Postgres => Ok(conn.execute_batch("ANALYZE").await?),
            Dialect::Sqlite => Ok(()),
        }
    }
}

struct Batch {
    lives: Vec<Life>,
    now: Instant,
    keyring: Arc<Keyring>,
}

#[async_trait]
impl Body for Batch {
    type Out = Learned;
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Learned> {
        let mut tx = StoreTx::new(conn, &self.keyring, Purpose::Write);
        let (mut user_rows, mut event_rows, mut application_rows) = (Rows::default(), Rows::default(), Rows::default());
        for life in &self.lives {
            add_user(&mut tx, life, self.now, &mut user_rows).await?;
            add_events(life, &mut event_rows);
            for ApplicationLife { application, .. } in &life.applications {
                add_application(&mut tx, &life.user, application, self.now, &mut application_rows).await?;
            }
        }
        user_rows.insert(&mut tx, &USERS).await?;
        event_rows.insert(&mut tx, &events::COLUMNS).await?;
        application_rows.insert(&mut tx, &APPLICATIONS).await?;
        for ApplicationLife { offers, loan, .. } in self.lives.iter().flat_map(|life| &life.applications) {
            offers::insert(&mut tx, offers).await?;
            if let Some((loan, entries)) = loan {
                loans::insert(&mut tx, loan, entries, self.now).await?;
            }
        }
        tx.finish().await
    }
}

/// Values of rows, one after the other, that outlive what they were made from.
#[derive(Default)]
struct Rows(Vec<Value>);

enum Value {
    I64(i64),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl Rows {
    fn text(&mut self, text: impl ToString) -> &mut Rows {
        self.text_opt(Some(text.to_string()))
    }

    fn text_opt(&mut self, text: Option<String>) -> &mut Rows {
        self.0.push(Value::Text(text));
        self
    }

    fn bytes(&mut self, bytes: Option<Vec<u8>>) -> &mut Rows {
        self.0.push(Value::Bytes(bytes));
        self
    }

    fn i64(&mut self, value: i64) -> &mut Rows {
        self.0.push(Value::I64(value));
        self
    }

    async fn insert(&self, tx: &mut StoreTx<'_, '_>, into: &Columns) -> Result<()> {
        let values = self.0.iter().map(|value| match value {
            Value::I64(value) => Param::from(*value),
            Value::Text(text) => Param::from(text),
            Value::Bytes(bytes) => Param::from(bytes.as_deref()),
        });
        tx.insert_rows(into, &values.collect::<Vec<_>>()).await
    }
}

async fn add_user(tx: &mut StoreTx<'_, '_>, life: &Life, now: Instant, rows: &mut Rows) -> Result<()> {
    let user = &life.user;
    let (personal, bureau) = users::columns(tx, user, &user.id.to_string(), now).await?;
    rows.text(user.id).text(user.tenant).text(&user.customer_id).text(user.customer_id.to_ascii_lowercase());
    rows.text(&user.mobile).text(user.status.name()).text_opt(user.name.clone()).bytes(personal).text_opt(bureau);
    rows.text_opt(user.fis_score.clone()).text_opt(user.source.clone()).i64(i64::from(user.journey_started));
    rows.i64(i64::try_from(life.events.len()).map_err(Error::internal)?);
    rows.i64(user.created_at.micros()).i64(user.version);
    tx.count(user.tenant.to_string(), users::LIST, user.status.name(), user.id.0.as_u128(), 1);
    Ok(())
}

fn add_events(life: &Life, rows: &mut Rows) {
    for (seq, (event, logged_at)) in (1..).zip(&life.events) {
        rows.text(life.user.id).i64(seq).text(life.user.tenant);
        rows.text_opt(event.application.map(|id| id.to_string())).text(event.event_type.name()).text(event.by.name());
        rows.text(&event.description).i64(logged_at.micros());
    }
}

async fn add_application(
    tx: &mut StoreTx<'_, '_>,
    user: &User,
    application: &Application,
    now: Instant,
    rows: &mut Rows,
) -> Result<()> {
    let columns = applications::Columns::of(tx, application, now).await?;
    applications::count(tx, application, application.status, columns.lender.as_deref(), 1);
    rows.text(application.id).text(&application.number).text(application.tenant).text(application.user);
    rows.text(&user.customer_id).text(user.customer_id.to_ascii_lowercase()).text(&user.mobile);
    rows.text(application.programme).text_opt(columns.lender).text(application.status.name());
    rows.i64(application.amount.get()).bytes(columns.details).text(columns.documents).text_opt(columns.accepted_offer);
    rows.text_opt(columns.mandate).text(columns.agreement).text_opt(application.end_reason.clone());
    rows.i64(application.created_at.micros()).i64(application.version);
    Ok(())
}
