//! How net banking stands: what operators say, how fetching statements went, and what follows from both.

use async_trait::async_trait;
use qist_domain::bank::health::{Health, WINDOW_SECONDS};
use qist_domain::format::clean_text;
use qist_domain::id::EventId;
use qist_domain::refusal::{Code, Refusal};
use qist_statement::Bank;

use crate::caller::Caller;
use crate::error::Result;
use crate::ports::store::{BankFetch, BankIncident, Tx};
use crate::run::{App, Command, Moment, Query, Reading};

const ISSUE_CHARS_MAX: usize = 500;
const HISTORY_MAX: i64 = 200;

impl App {
    /// Judges every bank that is watched afresh: done every minute, so that what has passed out of the window counts no more.
    pub async fn check_bank_health(&self) -> Result<()> {
        self.run(Caller::System, CheckHealth).await
    }
}

/// The identifier of a bank, read in any case.
fn known(identifier: &str) -> Result<&'static str, Refusal> {
    let bank = Bank::identified(&identifier.trim().to_ascii_lowercase());
    bank.map(Bank::identifier).ok_or_else(|| Code::BankUnknown.into())
}

/// Judges one bank by what is known in this transaction, and writes down what changed.
async fn judge(at: &Moment, tx: &mut dyn Tx, before: &Health) -> Result<Health> {
    let incident = tx.open_bank_incident(&before.bank).await?;
    let attempts = tx.bank_fetches_since(&before.bank, at.now.plus_seconds(-WINDOW_SECONDS)).await?;
    let after = before.after(incident.as_ref().map(|incident| incident.issue.as_str()), attempts, at.now);
    tx.save_bank_health(&after).await?;
    if after.differs_from(before) {
        tx.note_bank_health(EventId(at.uuid()), &after).await?;
    }
    Ok(after)
}

/// How a bank stood before; one that was not watched is watched from now on.
async fn watched(at: &Moment, tx: &mut dyn Tx, identifier: &str) -> Result<Health> {
    let found = tx.bank_healths().await?.into_iter().find(|health| health.bank == identifier);
    if let Some(found) = found {
        return Ok(found);
    }
    let new = Health::new(identifier, at.now);
    tx.save_bank_health(&new).await?;
    tx.note_bank_health(EventId(at.uuid()), &new).await?;
    Ok(new)
}

struct CheckHealth;

#[async_trait]
impl Command for CheckHealth {
    type Out = ();
    const OPERATION: &'static str = "check_bank_health";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        for before in tx.bank_healths().await? {
            judge(at, tx, &before).await?;
        }
        Ok(())
    }
}

/// Every bank that is watched.
#[derive(Debug, Clone)]
pub struct ReadHealth;

#[async_trait]
impl Query for ReadHealth {
    type Out = Vec<Health>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Vec<Health>> {
        tx.bank_healths().await
    }
}

/// Every change of one bank, newest first.
#[derive(Debug, Clone)]
pub struct ReadHealthHistory {
    pub bank: String,
}

#[async_trait]
impl Query for ReadHealthHistory {
    type Out = Vec<Health>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Vec<Health>> {
        let identifier = known(&self.bank)?;
        tx.bank_health_history(identifier, HISTORY_MAX).await
    }
}

/// From now on the bank is in the list.
#[derive(Debug, Clone)]
pub struct WatchBank {
    pub bank: String,
}

#[async_trait]
impl Command for WatchBank {
    type Out = Health;
    const OPERATION: &'static str = "watch_bank";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Health> {
        let identifier = known(&self.bank)?;
        let before = watched(at, tx, identifier).await?;
        judge(at, tx, &before).await
    }
}

/// Somebody has seen that it does not work.
#[derive(Debug, Clone)]
pub struct ReportIncident {
    pub bank: String,
    /// What integrators are told.
    pub issue: String,
}

#[async_trait]
impl Command for ReportIncident {
    type Out = Health;
    const OPERATION: &'static str = "report_bank_incident";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Health> {
        let identifier = known(&self.bank)?;
        let issue = clean_text(&self.issue, ISSUE_CHARS_MAX).map_err(|why| Refusal::invalid("issue", why))?;
        if tx.open_bank_incident(identifier).await?.is_some() {
            return Err(Code::IncidentOpen.into());
        }
        let before = watched(at, tx, identifier).await?;
        let (id, bank) = (EventId(at.uuid()), identifier.to_owned());
        tx.insert_bank_incident(&BankIncident { id, bank, issue, opened_at: at.now, closed_at: None }).await?;
        judge(at, tx, &before).await
    }
}

/// It works again.
#[derive(Debug, Clone)]
pub struct ResolveIncident {
    pub bank: String,
}

#[async_trait]
impl Command for ResolveIncident {
    type Out = Health;
    const OPERATION: &'static str = "resolve_bank_incident";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Health> {
        let identifier = known(&self.bank)?;
        if !tx.close_bank_incident(identifier, at.now).await? {
            return Err(Code::IncidentAbsent.into());
        }
        let before = watched(at, tx, identifier).await?;
        judge(at, tx, &before).await
    }
}

/// How an attempt to fetch a statement ended.
#[derive(Debug, Clone)]
pub struct RecordFetch {
    pub bank: String,
    pub succeeded: bool,
    /// Why it failed; may be empty.
    pub reason: String,
}

#[async_trait]
impl Command for RecordFetch {
    type Out = Health;
    const OPERATION: &'static str = "record_bank_fetch";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Health> {
        let identifier = known(&self.bank)?;
        let reason = match self.reason.trim() {
            "" => String::new(),
            text => clean_text(text, ISSUE_CHARS_MAX).map_err(|why| Refusal::invalid("reason", why))?,
        };
        let before = watched(at, tx, identifier).await?;
        let (id, bank) = (EventId(at.uuid()), identifier.to_owned());
        tx.insert_bank_fetch(&BankFetch { id, bank, succeeded: self.succeeded, reason, at: at.now }).await?;
        judge(at, tx, &before).await
    }
}
