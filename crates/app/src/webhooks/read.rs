//! Endpoints as they are kept.

use async_trait::async_trait;
use qist_domain::id::WebhookEndpointId;
use qist_domain::refusal::Code;
use qist_domain::webhook::Endpoint;

use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Moment, Query};

pub struct ListWebhooks;

#[async_trait]
impl Query for ListWebhooks {
    type Out = Vec<Endpoint>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<Endpoint>> {
        tx.webhooks_of(at.webhook_owner()?).await
    }
}

pub struct ReadWebhook {
    pub id: WebhookEndpointId,
}

#[async_trait]
impl Query for ReadWebhook {
    type Out = Endpoint;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Endpoint> {
        Ok(tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?)
    }
}
