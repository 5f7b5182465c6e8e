//! A signed test message, whose answer is shown to whoever asked for it and switches an endpoint on.

use async_trait::async_trait;
use qist_domain::id::WebhookEndpointId;
use qist_domain::refusal::Code;
use serde_json::json;

use super::read::ReadWebhook;
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::courier::{Parcel, Report};
use crate::ports::store::Tx;
use crate::run::{App, Command, Moment};

/// What an endpoint could not be told while it did not answer is sent again in steps of these many.
const SWEEP_MAX: i64 = 500;

pub struct Pinged {
    pub report: Report,
    pub took_micros: i64,
}

impl App {
    /// Sends a ping now, outside of any lane, whatever the endpoint's state.
    pub async fn ping_webhook(&self, caller: Caller, id: WebhookEndpointId) -> Result<Pinged> {
        let endpoint = self.ask(caller, ReadWebhook { id }).await?;
        let sent_at = self.clock.now();
        let body = json!({
            "customerID": "",
            "entityType": "system",
            "eventDescription": "a test message: answer with any 2xx",
            "eventType": "ping",
            "loanApplicationID": "",
            "loggedAt": sent_at.utc_text(),
        });
        let parcel = Parcel {
            url: &endpoint.url,
            secrets: endpoint.signing(sent_at).collect(),
            id: &format!("msg_ping_{}", self.ids.uuid(sent_at).simple()),
            timestamp: sent_at.micros().div_euclid(1_000_000),
            attempt: 1,
            sequence: None,
            replay: false,
            body: &body.to_string(),
        };
        let report = self.courier.send(parcel).await;
        let took_micros = (self.clock.now().micros() - sent_at.micros()).max(0);
        if report.is_success() {
            self.run(caller, PingAnswered { id, url: endpoint.url.clone() }).await?;
            (self.nudge_delivery)();
        }
        Ok(Pinged { report, took_micros })
    }
}

struct PingAnswered {
    id: WebhookEndpointId,
    /// That was pinged.
    url: String,
}

#[async_trait]
impl Command for PingAnswered {
    type Out = ();
    const OPERATION: &'static str = "ping_webhook";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let mut endpoint = tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?;
        if endpoint.url != self.url {
            return Ok(());
        }
        let before = endpoint.state;
        endpoint.answered();
        if endpoint.state != before {
            tx.save_webhook(&endpoint, at.now).await?;
        }
        tx.sweep_deliveries(&[self.id], SWEEP_MAX).await.map(drop)
    }
}
