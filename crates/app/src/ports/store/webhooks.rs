use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::event::{EntityType, EventType};
use qist_domain::id::{ApplicationId, UserId, WebhookEndpointId};
use qist_domain::webhook::{DeliveryState, Endpoint, MessageId, Owner};

use crate::error::Result;

/// A delivery that one worker may attempt until the lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub lane: i64,
    /// What a worker says about the lane counts only as long as it has this token.
    pub token: i64,
    pub delivery: i64,
    pub endpoint: WebhookEndpointId,
    pub message: MessageId,
    pub body: String,
    /// Attempts of this round, and of all rounds, before this one.
    pub attempts: u32,
    pub made: u32,
    pub replay: bool,
    pub lease_until: Instant,
}

/// How a claim ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Delivered,
    Retry {
        at: Instant,
    },
    /// The lane waits.
    Held,
    /// The lane goes on. Where the endpoint has had no success since the event, its next success sends it again.
    Exhausted,
    /// Nothing was sent.
    Released,
}

#[derive(Debug, Clone)]
pub struct Settled {
    pub claimed: Claimed,
    pub end: End,
    /// Absent where nothing was sent.
    pub attempt: Option<AttemptRow>,
}

/// One request that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// From 1, over all rounds.
    pub number: u32,
    pub sent_at: Instant,
    pub took_micros: i64,
    pub status: Option<u16>,
    /// Empty where an answer came.
    pub fault: String,
    pub response: String,
}

#[derive(Debug, Clone)]
pub struct DeliveryRow {
    pub message: MessageId,
    pub customer_id: String,
    pub event_type: EventType,
    pub state: DeliveryState,
    pub attempts_made: u32,
    pub body: String,
    pub created_at: Instant,
    pub settled_at: Option<Instant>,
    /// While it waits: when it is tried next; `None` where something of its customer comes first.
    pub due_at: Option<Instant>,
}

#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    pub message: Option<MessageId>,
    pub customer_id: Option<String>,
    pub event_type: Option<EventType>,
    pub state: Option<DeliveryState>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub limit: i64,
    pub offset: i64,
}

/// Which deliveries of an endpoint are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    One(MessageId),
    /// Everything that was logged in between, whatever came of it.
    Between(Instant, Instant),
    /// What was not delivered, logged since then.
    FailedSince(Instant),
}

/// A batch of replaying: how many, and whether there may be more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    pub count: i64,
    pub more: bool,
}

/// A place in the event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    pub position: i64,
    pub user: UserId,
    pub seq: i64,
}

#[derive(Debug, Clone)]
pub struct LoggedEvent {
    pub cursor: Cursor,
    pub customer_id: String,
    pub entity_type: EntityType,
    pub event_type: EventType,
    pub description: String,
    pub application: Option<ApplicationId>,
    pub logged_at: Instant,
}

/// Endpoints, what waits for them, and what was sent.
#[async_trait]
pub trait Webhooks {
    /// Whether this transaction has logged an event that somebody wants to be told.
    fn leaves_deliveries(&self) -> bool;

    /// Oldest first, without the deleted.
    async fn webhooks_of(&mut self, owner: Owner) -> Result<Vec<Endpoint>>;
    async fn webhook(&mut self, owner: Owner, id: WebhookEndpointId) -> Result<Option<Endpoint>>;
    /// For the worker, which serves everybody.
    async fn find_any_webhook(&mut self, id: WebhookEndpointId) -> Result<Option<Endpoint>>;
    async fn insert_webhook(&mut self, endpoint: &Endpoint) -> Result<()>;
    /// Refuses where somebody else has changed it since it was read.
    async fn save_webhook(&mut self, endpoint: &Endpoint, now: Instant) -> Result<()>;

    /// Enabled endpoints that something is due for, with their versions.
    async fn webhooks_due(&mut self, now: Instant) -> Result<Vec<(WebhookEndpointId, i64)>>;
    /// Takes the heads of up to so many lanes of each endpoint, longest due first. `token_base` is random.
    async fn claim_deliveries(
        &mut self,
        now: Instant,
        lease_until: Instant,
        token_base: i64,
        room: &[(WebhookEndpointId, i64)],
    ) -> Result<Vec<Claimed>>;
    /// Ends claims and logs their attempts; answers how many still counted.
    async fn settle_deliveries(&mut self, now: Instant, settled: &[Settled]) -> Result<usize>;
    /// Sends again, oldest first, what these endpoints could not be told while they did not answer: up to `limit` of each.
    async fn sweep_deliveries(&mut self, endpoints: &[WebhookEndpointId], limit: i64) -> Result<usize>;
    /// Gives back every lease, where no other process can hold one.
    async fn recover_deliveries(&mut self, now: Instant) -> Result<u64>;
    /// Deletes up to `limit` deliveries that ended before `before`, with their attempts.
    async fn prune_deliveries(&mut self, before: Instant, limit: i64) -> Result<usize>;

    /// Newest first.
    async fn deliveries(&mut self, endpoint: WebhookEndpointId, filter: &DeliveryFilter) -> Result<Vec<DeliveryRow>>;
    async fn attempts(&mut self, endpoint: WebhookEndpointId, message: MessageId) -> Result<Vec<AttemptRow>>;
    /// Sends again what has ended, oldest first, up to `limit`.
    async fn replay_deliveries(
        &mut self,
        endpoint: WebhookEndpointId,
        which: &Which,
        now: Instant,
        limit: i64,
    ) -> Result<Replayed>;
    /// Gives up a held delivery, so that its lane goes on. Whether there was one.
    async fn skip_delivery(&mut self, endpoint: WebhookEndpointId, message: MessageId, now: Instant) -> Result<bool>;

    /// What was logged after a place, in an order that misses nothing.
    async fn events_after(&mut self, owner: Owner, after: Option<Cursor>, limit: i64) -> Result<Vec<LoggedEvent>>;
}
