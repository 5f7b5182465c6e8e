//! What was sent, and what came back.

use async_trait::async_trait;
use qist_domain::id::WebhookEndpointId;
use qist_domain::refusal::Code;
use qist_domain::webhook::MessageId;

use crate::error::Result;
use crate::ports::store::{AttemptRow, DeliveryFilter, DeliveryRow, Tx};
use crate::run::{Moment, Query, Reading};

pub struct ListDeliveries {
    pub id: WebhookEndpointId,
    pub filter: DeliveryFilter,
}

#[async_trait]
impl Query for ListDeliveries {
    type Out = Vec<DeliveryRow>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let endpoint = tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?;
        tx.deliveries(endpoint.id, &self.filter).await
    }
}

pub struct ReadDelivery {
    pub id: WebhookEndpointId,
    pub message: MessageId,
}

#[async_trait]
impl Query for ReadDelivery {
    type Out = (DeliveryRow, Vec<AttemptRow>);

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let endpoint = tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?;
        let filter = DeliveryFilter { message: Some(self.message), limit: 1, ..DeliveryFilter::default() };
        let row = tx.deliveries(endpoint.id, &filter).await?.pop().ok_or(Code::WebhookDeliveryNotFound)?;
        Ok((row, tx.attempts(endpoint.id, self.message).await?))
    }
}
