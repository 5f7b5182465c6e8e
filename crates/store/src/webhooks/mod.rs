//! Webhooks: endpoints, lanes, deliveries, attempts, and the event log.
//!
//! | file | what is in it |
//! |---|---|
//! | `endpoints.rs` | whom to tell, and their secrets |
//! | `enqueue.rs` | what is written in the transaction of an event |
//! | `claim.rs` | taking the heads of lanes for a lease |
//! | `settle.rs` | how claims end |
//! | `again.rs` | sending again, skipping, forgetting |
//! | `look.rs` | deliveries and attempts for people |
//! | `log.rs` | the event log, to catch up with |

mod again;
mod claim;
mod endpoints;
pub(crate) mod enqueue;
mod log;
mod look;
mod settle;

use async_trait::async_trait;
use qist_app::error::Result;
use qist_app::ports::store::{
    AttemptRow, Claimed, Cursor, DeliveryFilter, DeliveryRow, LoggedEvent, Replayed, Settled, Webhooks, Which,
};
use qist_domain::day::Instant;
use qist_domain::id::WebhookEndpointId;
use qist_domain::webhook::{Endpoint, MessageId, Owner};

use crate::tx::StoreTx;

#[async_trait]
impl Webhooks for StoreTx<'_, '_> {
    fn leaves_deliveries(&self) -> bool {
        self.leaves_deliveries
    }

    async fn webhooks_of(&mut self, owner: Owner) -> Result<Vec<Endpoint>> {
        endpoints::of(self, owner).await
    }

    async fn webhook(&mut self, owner: Owner, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
        Ok(endpoints::find_any(self, id).await?.filter(|endpoint| endpoint.owner == owner))
    }

    async fn find_any_webhook(&mut self, id: WebhookEndpointId) -> Result<Option<Endpoint>> {
        endpoints::find_any(self, id).await
    }

    async fn insert_webhook(&mut self, endpoint: &Endpoint) -> Result<()> {
        endpoints::insert(self, endpoint).await
    }

    async fn save_webhook(&mut self, endpoint: &Endpoint, now: Instant) -> Result<()> {
        endpoints::save(self, endpoint, now).await
    }

    async fn webhooks_due(&mut self, now: Instant) -> Result<Vec<(WebhookEndpointId, i64)>> {
        claim::due(self, now).await
    }

    async fn claim_deliveries(
        &mut self,
        now: Instant,
        lease_until: Instant,
        token_base: i64,
        room: &[(WebhookEndpointId, i64)],
    ) -> Result<Vec<Claimed>> {
        claim::claim(self, now, lease_until, token_base, room).await
    }

    async fn settle_deliveries(&mut self, now: Instant, settled: &[Settled]) -> Result<usize> {
        settle::settle(self, now, settled).await
    }

    async fn sweep_deliveries(&mut self, endpoints: &[WebhookEndpointId], limit: i64) -> Result<usize> {
        again::sweep(self, endpoints, limit).await
    }

    async fn recover_deliveries(&mut self, now: Instant) -> Result<u64> {
        claim::recover(self, now).await
    }

    async fn prune_deliveries(&mut self, before: Instant, limit: i64) -> Result<usize> {
        again::prune(self, before, limit).await
    }

    async fn deliveries(&mut self, endpoint: WebhookEndpointId, filter: &DeliveryFilter) -> Result<Vec<DeliveryRow>> {
        look::deliveries(self, endpoint, filter).await
    }

    async fn attempts(&mut self, endpoint: WebhookEndpointId, message: MessageId) -> Result<Vec<AttemptRow>> {
        look::attempts(self, endpoint, message).await
    }

    async fn replay_deliveries(
        &mut self,
        endpoint: WebhookEndpointId,
        which: &Which,
        now: Instant,
        limit: i64,
    ) -> Result<Replayed> {
        again::replay(self, endpoint, which, now, limit).await
    }

    async fn skip_delivery(&mut self, endpoint: WebhookEndpointId, message: MessageId, now: Instant) -> Result<bool> {
        again::skip(self, endpoint, message, now).await
    }

    async fn events_after(&mut self, owner: Owner, after: Option<Cursor>, limit: i64) -> Result<Vec<LoggedEvent>> {
        log::after(self, owner, after, limit).await
    }
}
