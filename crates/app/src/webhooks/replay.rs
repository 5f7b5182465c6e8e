//! Sending again, and giving up.

use async_trait::async_trait;
use qist_domain::id::WebhookEndpointId;
use qist_domain::refusal::Code;
use qist_domain::webhook::MessageId;

use crate::caller::Caller;
use crate::error::Result;
use crate::ports::store::{Replayed, Tx, Which};
use crate::run::{App, Command, Moment};

/// In one transaction.
const REPLAYED_MAX: i64 = 500;

impl App {
    /// Sends again what has ended; answers how many deliveries that are. Each goes into its customer's lane, oldest first.
    pub async fn replay_webhooks(&self, caller: Caller, id: WebhookEndpointId, which: Which) -> Result<i64> {
        let mut count = 0;
        loop {
            let replayed = self.run(caller, Replay { id, which: which.clone() }).await?;
            count += replayed.count;
            (self.nudge_delivery)();
            if !replayed.more {
                return Ok(count);
            }
        }
    }
}

struct Replay {
    id: WebhookEndpointId,
    which: Which,
}

#[async_trait]
impl Command for Replay {
    type Out = Replayed;
    const OPERATION: &'static str = "replay_webhooks";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Replayed> {
        let endpoint = tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?;
        let replayed = tx.replay_deliveries(endpoint.id, &self.which, at.now, REPLAYED_MAX).await?;
        if replayed.count == 0 && matches!(self.which, Which::One(_)) {
            return Err(Code::WebhookDeliveryNotFound.into());
        }
        Ok(replayed)
    }
}

/// Gives up a held delivery, so that what comes after it for its customer is sent.
pub struct SkipDelivery {
    pub id: WebhookEndpointId,
    pub message: MessageId,
}

#[async_trait]
impl Command for SkipDelivery {
    type Out = ();
    const OPERATION: &'static str = "skip_webhook_delivery";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let endpoint = tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?;
        match tx.skip_delivery(endpoint.id, self.message, at.now).await? {
            true => Ok(()),
            false => Err(Code::WebhookDeliveryNotFound.into()),
        }
    }
}
