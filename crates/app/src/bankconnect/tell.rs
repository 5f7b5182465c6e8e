//! Telling how a statement ended: a row in the transaction that ended it, then a job that calls.

use async_trait::async_trait;
use qist_domain::bank::{Entity, Source, Statement, StatementState};
use qist_domain::day::Instant;
use qist_domain::id::{BankPayloadId, SourcingEntityId};
use qist_domain::refusal::Code;
use serde::Serialize;

use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::courier::{Parcel, Report};
use crate::ports::store::{BankPayload, BankWebhook, BankWebhookMode, Job, Tx};
use crate::providers::job::{Task, enqueue_for_entity};
use crate::run::{App, Command, Moment, Query};

/// The newest payloads that are listed.
const PAYLOADS_MAX: i64 = 100;
/// What is kept of how telling went.
const ANSWER_CHARS_MAX: usize = 200;

/// The body that goes out: five fields, in the contract's order.
#[derive(Debug, Serialize)]
struct Body<'a> {
    entity_id: String,
    /// Empty where an attempt failed before there was a file.
    statement_id: String,
    link_id: Option<&'a str>,
    progress: &'static str,
    reason: &'a str,
}

impl<'a> From<&'a BankPayload> for Body<'a> {
    fn from(payload: &'a BankPayload) -> Body<'a> {
        Body {
            entity_id: payload.entity.to_string(),
            statement_id: payload.statement.map(|id| id.to_string()).unwrap_or_default(),
            link_id: payload.link_id.as_deref(),
            progress: payload.progress.name(),
            reason: &payload.reason,
        }
    }
}

/// Writes down what is to be told of a statement that has ended, where its tenant wants to hear of such.
pub(super) async fn note_outcome(at: &Moment, tx: &mut dyn Tx, entity: &Entity, statement: &Statement) -> Result<()> {
    tell_customer(at, tx, entity, statement.state).await?;
    let settings = tx.bank_settings(entity.tenant).await?;
    let wanted = statement.source == Source::Online || settings.webhook_mode == BankWebhookMode::All;
    if settings.webhook.is_none() || !wanted {
        return Ok(());
    }
    let payload = BankPayload {
        id: BankPayloadId(at.uuid()),
        tenant: entity.tenant,
        entity: entity.id,
        link_id: entity.link_id.clone(),
        statement: Some(statement.id),
        progress: statement.state,
        reason: statement.message.clone().unwrap_or_default(),
        created_at: at.now,
        delivered_at: None,
        last_answer: String::new(),
    };
    tx.insert_bank_payload(&payload).await?;
    enqueue_for_entity(at, tx, entity.tenant, entity.id, Task::TellOutcome { payload: payload.id }).await?;
    Ok(())
}

/// Where the `link_id` is that of a customer, the customer's activities tell of it, and webhooks with them.
pub(super) async fn tell_customer(at: &Moment, tx: &mut dyn Tx, entity: &Entity, state: StatementState) -> Result<()> {
    let Some(link_id) = &entity.link_id else { return Ok(()) };
    let Some(user) = tx.user_by_customer(entity.tenant, link_id).await? else { return Ok(()) };
    let at = at.of(tx, entity.tenant, user.id).await?;
    tx.save_user(user.bank_statement(state), at.now).await
}

/// The job that calls, signed as all our webhooks are. Its address is the one that holds when it is called.
pub(crate) async fn tell(app: &App, job: &Job, id: BankPayloadId) -> Result<()> {
    let (payload, webhook) = app.ask(Caller::System, FindPayload { tenant: job.tenant, id }).await?;
    let Some(webhook) = webhook.filter(|_| payload.delivered_at.is_none()) else { return Ok(()) };
    let now = app.clock.now();
    let report = app
        .courier
        .send(Parcel {
            url: &webhook.url,
            secrets: vec![&webhook.secret],
            id: &format!("bank_{}", payload.id),
            timestamp: now.micros().div_euclid(1_000_000),
            attempt: job.attempts,
            sequence: None,
            replay: false,
            body: &serde_json::to_string(&Body::from(&payload))?,
        })
        .await;
    let delivered_at = report.is_success().then_some(now);
    let answer = answer_of(&report);
    app.run(Caller::System, Told { id, delivered_at, answer: answer.clone() }).await?;
    if delivered_at.is_some() { Ok(()) } else { Err(Error::Unavailable(answer)) }
}

/// How telling went, without what the receiver said.
fn answer_of(report: &Report) -> String {
    let text = match report.status() {
        Some(status) => format!("HTTP {status}"),
        None => report.fault.clone(),
    };
    text.chars().take(ANSWER_CHARS_MAX).collect()
}

struct FindPayload {
    tenant: SourcingEntityId,
    id: BankPayloadId,
}

#[async_trait]
impl Query for FindPayload {
    type Out = (BankPayload, Option<BankWebhook>);

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let payload = tx.bank_payload(self.tenant, self.id).await?;
        let payload = payload.ok_or_else(|| Error::internal(format!("payload {} is gone", self.id)))?;
        Ok((payload, tx.bank_settings(self.tenant).await?.webhook))
    }
}

struct Told {
    id: BankPayloadId,
    delivered_at: Option<Instant>,
    answer: String,
}

#[async_trait]
impl Command for Told {
    type Out = ();
    const OPERATION: &'static str = "told_bank_outcome";

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        tx.note_bank_payload(self.id, self.delivered_at, &self.answer).await
    }
}

/// What was told of a `link_id`, newest first, whether or not it arrived.
#[derive(Debug, Clone)]
pub struct ListPayloads {
    pub link_id: String,
}

#[async_trait]
impl Query for ListPayloads {
    type Out = Vec<BankPayload>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<BankPayload>> {
        let tenant = at.partner_tenant()?;
        tx.bank_entity_by_link(tenant, &self.link_id).await?.ok_or(Code::BankEntityNotFound)?;
        tx.bank_payloads(tenant, &self.link_id, PAYLOADS_MAX).await
    }
}
