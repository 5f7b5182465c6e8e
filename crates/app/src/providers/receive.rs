//! The inbox: an answer is verified and written down first, and applied afterwards, exactly once.

use async_trait::async_trait;
use qist_domain::id::{InboxId, JobId};
use qist_domain::refusal::Code;

use super::apply::apply;
use super::perform::describe;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::connector::{Answer, Callback, ProviderKind};
use crate::ports::store::{InboxRow, JobState, Tx};
use crate::run::{App, Command, Moment, Query, Reading};

const ANSWERS_AT_ONCE: i64 = 64;

impl App {
    /// Takes a provider's callback: verified, stored, acknowledged. The same callback again changes nothing.
    pub async fn receive_callback(&self, kind: ProviderKind, headers: &[(String, String)], body: &[u8]) -> Result<()> {
        let callback = Callback { headers, body, now: self.clock.now() };
        let called = self.connectors.of(kind).read_callback(callback).ok_or(Error::Unauthenticated)?;
        self.run(Caller::System, Receive { kind, reference: called.reference, answer: called.answer }).await
    }

    /// Applies what is in the inbox. Returns how many answers there were.
    pub(super) async fn process_inbox(&self) -> Result<usize> {
        let rows = self.ask(Caller::System, Pending).await?;
        let count = rows.len();
        for row in rows {
            let id = row.id;
            if let Err(error) = self.run(Caller::System, Process(row)).await {
                match error.code() {
                    // Somebody else changed the same thing: the answer stays in the inbox for the next round.
                    Some(Code::VersionConflict) => {}
                    // The state of things has moved on, so the answer can never be applied. It is kept with the reason.
                    Some(_) => self.run(Caller::System, SetAside { id, outcome: describe(&error) }).await?,
                    None => tracing::error!(inbox = %id, error = %describe(&error), "an answer could not be applied"),
                }
            }
        }
        Ok(count)
    }
}

struct Receive {
    kind: ProviderKind,
    reference: String,
    answer: Answer,
}

#[async_trait]
impl Command for Receive {
    type Out = ();
    const OPERATION: &'static str = "receive_callback";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let body = serde_json::to_string(&self.answer)?;
        let digest = at.secrets.sha256(body.as_bytes());
        let (id, reference) = (InboxId(at.uuid()), self.reference.clone());
        tx.insert_inbox(&InboxRow { id, provider: self.kind, reference, body, digest, received_at: at.now }).await?;
        at.leave_work();
        Ok(())
    }
}

struct Pending;

#[async_trait]
impl Query for Pending {
    type Out = Vec<InboxRow>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Vec<InboxRow>> {
        tx.pending_inbox(ANSWERS_AT_ONCE).await
    }
}

struct Process(InboxRow);

#[async_trait]
impl Command for Process {
    type Out = ();
    const OPERATION: &'static str = "process_inbox";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let row = &self.0;
        if !tx.mark_inbox(row.id, at.now, "applied").await? {
            return Ok(());
        }
        let job = match row.reference.parse::<JobId>() {
            Ok(id) => tx.job(id).await?,
            Err(_) => None,
        };
        // An answer to a question that we never asked, or asked somebody else, is kept and not applied.
        let Some(job) = job.filter(|job| job.kind == format!("ask:{}", row.provider.name())) else { return Ok(()) };
        let answer: Answer = serde_json::from_str(&row.body)?;
        let refused = matches!(answer, Answer::Refused { .. });
        tx.finish_job(job.id, if refused { JobState::Refused } else { JobState::Done }).await?;
        apply(at, tx, &job, answer).await
    }
}

struct SetAside {
    id: InboxId,
    outcome: String,
}

#[async_trait]
impl Command for SetAside {
    type Out = ();
    const OPERATION: &'static str = "set_inbox_aside";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        tx.mark_inbox(self.id, at.now, &self.outcome).await?;
        Ok(())
    }
}
