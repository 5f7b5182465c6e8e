//! Whole lives of many customers at once, for seeding a deployment that nobody uses yet.
//!
//! This is the one door besides a `Change` through which something is stored. It checks nothing that the domain's verbs
//! check, and a row that exists already fails its whole batch.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_domain::application::{Application, Offer};
use qist_domain::day::Instant;
use qist_domain::event::Event;
use qist_domain::id::{ApplicationId, OfferId};
use qist_domain::kfs::Statement;
use qist_domain::ledger::Entries;
use qist_domain::loan::Loan;
use qist_domain::user::User;

use crate::cipher::{DataKey, Keyring, Learned, Scope};
use crate::counters::Counts;
use crate::db::{Body, Conn, Dialect};
use crate::rows::{Columns, Rows};
use crate::store::DbStore;
use crate::tx::{Purpose, StoreTx};
use crate::webhooks::enqueue;
use crate::{applications, events, installments, key_facts, ledger, loans, users};

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
    /// The further version of a statement that the disbursal made.
    pub restated: Option<(OfferId, Statement)>,
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

#[rustfmt::skip]
static OFFERS: Columns = Columns::new("offers", &[
    "id", "application_id", "position", "lender_id", "template_id", "template_version", "created_at", "valid_until",
]);

#[rustfmt::skip]
static LOANS: Columns = Columns::new("loans", &[
    "id", "application_id", "tenant_id", "user_id", "lender_id", "quote", "installment_ids", "closed_day", "booked_day", "done_day",
    "next_day", "due_on", "version",
]);

impl DbStore {
    /// Stores customers, batch by batch: a failure keeps the batches before it. Instalments are projected on `now`'s day.
    pub async fn insert_lives(&self, lives: Vec<Life>, now: Instant) -> Result<()> {
        let mut lives = lives.into_iter().peekable();
        while lives.peek().is_some() {
            // Made here, so that what is encrypted and written out does not keep other writers waiting.
            let mut tables = Tables::new(self.db().dialect());
            for life in lives.by_ref().take(BATCH) {
                let key = self.sealing_key(Scope::Tenant(life.user.tenant), now).await?;
                tables.add_life(&key, life, now)?;
            }
            self.db().write(Arc::new(Batch { tables, keyring: Arc::clone(&self.keyring) })).await?;
        }
        Ok(())
    }

    async fn sealing_key(&self, scope: Scope, now: Instant) -> Result<Arc<DataKey>> {
        if let Some(key) = self.keyring.current(scope) {
            return Ok(key);
        }
        let learn = LearnKey { scope, now, keyring: Arc::clone(&self.keyring) };
        self.keyring.learn(self.db().write(Arc::new(learn)).await?);
        self.keyring.current(scope).ok_or_else(|| Error::internal(format!("no data key of {scope}")))
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

struct LearnKey {
    scope: Scope,
    now: Instant,
    keyring: Arc<Keyring>,
}

#[async_trait]
impl Body for LearnKey {
    type Out = Learned;
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Learned> {
        let mut tx = StoreTx::new(conn, &self.keyring, Purpose::Write);
        tx.newest_key(self.scope, self.now).await?;
        tx.finish().await
    }
}

struct Batch {
    tables: Tables,
    keyring: Arc<Keyring>,
}

#[async_trait]
impl Body for Batch {
    type Out = ();
    type Err = Error;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut tx = StoreTx::new(conn, &self.keyring, Purpose::Write);
        tx.counts = self.tables.counts.clone();
        self.tables.insert(&mut tx).await?;
        tx.finish().await.map(drop)
    }
}

/// The rows of a batch. Many in one statement, since each statement has its price.
struct Tables {
    users: Rows<'static>,
    events: Rows<'static>,
    log: Rows<'static>,
    applications: Rows<'static>,
    offers: Rows<'static>,
    key_facts: Rows<'static>,
    readings: Rows<'static>,
    loans: Rows<'static>,
    facts: Rows<'static>,
    installments: Rows<'static>,
    entries: Rows<'static>,
    counts: Counts,
}

impl Tables {
    fn new(dialect: Dialect) -> Tables {
        Tables {
            users: Rows::default(),
            events: Rows::default(),
            log: Rows::default(),
            applications: Rows::default(),
            offers: Rows::default(),
            key_facts: Rows::default(),
            readings: Rows::default(),
            loans: Rows::default(),
            facts: Rows::default(),
            installments: Rows::default(),
            entries: Rows::default(),
            counts: Counts::new(dialect),
        }
    }

    fn add_life(&mut self, key: &DataKey, Life { user, applications, events }: Life, now: Instant) -> Result<()> {
        let lenders: HashMap<ApplicationId, String> = applications
            .iter()
            .filter_map(|life| Some((life.application.id, life.application.lender?.to_string())))
            .collect();
        for ApplicationLife { application, offers, restated, loan } in applications {
            self.add_application(key, &user, application)?;
            self.add_offers(offers);
            if let Some((offer, statement)) = restated {
                self.add_statement(offer, statement);
            }
            if let Some((loan, entries)) = loan {
                self.add_loan(&loan, &entries, now)?;
            }
        }
        let logged = i64::try_from(events.len()).map_err(Error::internal)?;
        for (seq, (event, logged_at)) in (1..).zip(&events) {
            events::add(&mut self.events, user.tenant, user.id, seq, event, *logged_at);
            let lender = event.application.and_then(|id| lenders.get(&id).cloned());
            enqueue::log(&mut self.log, user.tenant, lender, user.id, seq);
        }
        self.add_user(key, user, logged)
    }

    fn add_user(&mut self, key: &DataKey, user: User, logged: i64) -> Result<()> {
        self.counts.note(user.tenant.to_string(), users::LIST, user.status.name(), user.id.0.as_u128(), 1);
        let (personal, bureau) = users::columns(key, &user, &user.id.to_string())?;
        let customer_key = user.customer_id.to_ascii_lowercase();
        let rows = &mut self.users;
        rows.shown(user.id).shown(user.tenant).text(user.customer_id).text(customer_key).shown(&user.mobile);
        rows.text(user.status.name()).text_opt(user.name).bytes(personal).text_opt(bureau).text_opt(user.fis_score);
        rows.text_opt(user.source).i64(user.journey_started.into()).i64(logged);
        rows.i64(user.created_at.micros()).i64(user.version);
        Ok(())
    }

    fn add_application(&mut self, key: &DataKey, user: &User, application: Application) -> Result<()> {
        let columns = applications::Columns::of(key, &application)?;
        applications::count(&mut self.counts, &application, application.status, columns.lender.as_deref(), 1);
        let rows = &mut self.applications;
        rows.shown(application.id).text(application.number).shown(application.tenant).shown(application.user);
        rows.text(user.customer_id.clone()).text(user.customer_id.to_ascii_lowercase()).shown(&user.mobile);
        rows.shown(application.programme).text_opt(columns.lender).text(application.status.name());
        rows.i64(application.amount.get()).bytes(columns.details).text(columns.documents);
        rows.text_opt(columns.accepted_offer).text_opt(columns.mandate).text(columns.agreement);
        rows.text_opt(application.end_reason).i64(application.created_at.micros()).i64(application.version);
        Ok(())
    }

    fn add_offers(&mut self, offers: Vec<Offer>) {
        for (position, offer) in (0..).zip(offers) {
            let rows = &mut self.offers;
            rows.shown(offer.id).shown(offer.application).i64(position).shown(offer.lender).shown(offer.template);
            rows.i64(offer.template_version).i64(offer.created_at.micros()).i64(offer.valid_until().micros());
            self.add_statement(offer.id, offer.statement);
        }
    }

    fn add_statement(&mut self, offer: OfferId, statement: Statement) {
        let Statement { facts, document, sha256, acknowledged } = statement;
        let (number, version) = (facts.proposal_number, i64::from(facts.version));
        if let Some(read) = acknowledged {
            let rows = &mut self.readings;
            rows.text(number.clone()).i64(version).text(read.language.code()).i64(read.at.micros()).text(read.ip);
        }
        let rows = &mut self.key_facts;
        rows.text(number).i64(version).shown(offer).text(document).text(sha256).i64(facts.issued_at.micros());
    }

    fn add_loan(&mut self, loan: &Loan, entries: &[Entries], now: Instant) -> Result<()> {
        let rows = &mut self.loans;
        rows.shown(loan.id).shown(loan.application).shown(loan.tenant).shown(loan.user).shown(loan.lender);
        rows.text(serde_json::to_string(&loan.quote)?).text(serde_json::to_string(&loan.installment_ids)?);
        let next = loan.next_day.map(|day| day.to_string());
        rows.text_opt(loan.closed_day.map(|day| day.to_string())).shown(loan.booked_day).shown(loan.done_day);
        rows.text_opt(next.clone()).text_opt(next).i64(loan.version);
        loans::add_facts(&mut self.facts, loan)?;
        installments::add(&mut self.installments, loan, &loan.position(loan.booked_day))?;
        ledger::add(&mut self.entries, loan.id, entries, now);
        Ok(())
    }

    async fn insert(&self, tx: &mut StoreTx<'_, '_>) -> Result<()> {
        self.users.insert(tx, &USERS).await?;
        self.events.insert(tx, &events::COLUMNS).await?;
        self.log.insert(tx, &enqueue::LOG).await?;
        self.applications.insert(tx, &APPLICATIONS).await?;
        self.offers.insert(tx, &OFFERS).await?;
        self.key_facts.insert(tx, &key_facts::COLUMNS).await?;
        self.readings.insert(tx, &key_facts::READING_COLUMNS).await?;
        self.loans.insert(tx, &LOANS).await?;
        self.facts.insert(tx, &loans::FACT_COLUMNS).await?;
        self.installments.insert(tx, &installments::COLUMNS).await?;
        self.entries.insert(tx, &ledger::COLUMNS).await
    }
}
