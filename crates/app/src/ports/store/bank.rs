use async_trait::async_trait;
use qist_domain::bank::health::{Attempts, Health};
use qist_domain::bank::{Entity, Session, Statement, StatementState};
use qist_domain::day::Instant;
use qist_domain::id::{ApiKeyId, BankEntityId, BankPayloadId, BankStatementId, BlobId, EventId, SourcingEntityId};
use qist_statement::analysis::Features;

use super::Listed;
use crate::error::Result;

/// A key of BankConnect, and the hash that a server sends beside it; both only as keyed hashes.
#[derive(Debug, Clone)]
pub struct BankKeyRecord {
    pub id: ApiKeyId,
    pub tenant: SourcingEntityId,
    pub key_hash: String,
    pub server_hash: String,
    /// The first characters, to tell keys apart.
    pub hint: String,
    pub created_at: Instant,
    pub revoked_at: Option<Instant>,
}

/// Of which outcomes a sourcing entity is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BankWebhookMode {
    /// Statements that were fetched online.
    Online,
    /// Uploads too.
    All,
}

/// Where outcomes are told, and what signs them. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct BankWebhook {
    pub url: String,
    pub secret: String,
}

#[derive(Clone)]
pub struct BankSettings {
    pub tenant: SourcingEntityId,
    pub legacy_key_only: bool,
    pub webhook: Option<BankWebhook>,
    pub webhook_mode: BankWebhookMode,
}

/// One outcome, as it is told.
#[derive(Debug, Clone)]
pub struct BankPayload {
    pub id: BankPayloadId,
    pub tenant: SourcingEntityId,
    pub entity: BankEntityId,
    pub link_id: Option<String>,
    /// Absent where an attempt failed before there was a file.
    pub statement: Option<BankStatementId>,
    /// Completed or failed.
    pub progress: StatementState,
    /// Empty unless it failed.
    pub reason: String,
    pub created_at: Instant,
    pub delivered_at: Option<Instant>,
    /// What the last attempt to tell it came to; empty before the first.
    pub last_answer: String,
}

/// An attempt to fetch a statement from a bank.
#[derive(Debug, Clone)]
pub struct BankFetch {
    pub id: EventId,
    pub bank: String,
    pub succeeded: bool,
    pub reason: String,
    pub at: Instant,
}

/// An operator's word that a bank's net banking does not work.
#[derive(Debug, Clone)]
pub struct BankIncident {
    pub id: EventId,
    pub bank: String,
    pub issue: String,
    pub opened_at: Instant,
    pub closed_at: Option<Instant>,
}

/// BankConnect: keys, settings, entities, statements, sessions, what is told.
#[async_trait]
pub trait BankConnect {
    async fn insert_bank_key(&mut self, key: &BankKeyRecord) -> Result<()>;
    async fn bank_key_by_hash(&mut self, key_hash: &str) -> Result<Option<BankKeyRecord>>;
    /// Oldest first.
    async fn bank_keys_of(&mut self, tenant: SourcingEntityId) -> Result<Vec<BankKeyRecord>>;
    /// Whether a live key was revoked.
    async fn revoke_bank_key(&mut self, id: ApiKeyId, now: Instant) -> Result<bool>;

    /// Those of somebody who has set nothing are the usual ones.
    async fn bank_settings(&mut self, tenant: SourcingEntityId) -> Result<BankSettings>;
    async fn save_bank_settings(&mut self, settings: &BankSettings, now: Instant) -> Result<()>;

    async fn bank_entity(&mut self, tenant: SourcingEntityId, id: BankEntityId) -> Result<Option<Entity>>;
    async fn bank_entity_by_link(&mut self, tenant: SourcingEntityId, link_id: &str) -> Result<Option<Entity>>;
    /// Whether it was stored: `false` where the tenant has an entity of this `link_id`.
    async fn insert_bank_entity(&mut self, entity: &Entity) -> Result<bool>;
    /// Newest first.
    async fn list_bank_entities(
        &mut self,
        tenant: SourcingEntityId,
        link_id: Option<&str>,
        limit: i64,
        offset: i64,
    ) -> Result<Listed<Entity>>;
    /// Keeps what was made of an entity's statements; refused where somebody has kept another since it was read.
    async fn save_bank_analysis(
        &mut self,
        entity: &Entity,
        analysis: BlobId,
        features: &Features,
        now: Instant,
    ) -> Result<()>;
    /// The figures of the last analysis of a `link_id`'s statements.
    async fn bank_features(&mut self, tenant: SourcingEntityId, link_id: &str) -> Result<Option<Features>>;
    /// For what is opened by a link of ours, and for jobs.
    async fn find_any_bank_entity(&mut self, id: BankEntityId) -> Result<Option<Entity>>;

    async fn insert_bank_statement(&mut self, statement: &Statement) -> Result<()>;
    /// What has ended; refused where it had ended before.
    async fn settle_bank_statement(&mut self, statement: &Statement) -> Result<()>;
    /// In the order in which they came.
    async fn bank_statements(&mut self, entity: &Entity) -> Result<Vec<Statement>>;

    async fn insert_bank_session(&mut self, code_hash: &str, session: &Session) -> Result<()>;
    async fn find_any_bank_session(&mut self, code_hash: &str) -> Result<Option<Session>>;
    /// Whether it was this call that ended it.
    async fn end_bank_session(&mut self, code_hash: &str, now: Instant) -> Result<bool>;

    async fn insert_bank_payload(&mut self, payload: &BankPayload) -> Result<()>;
    async fn bank_payload(&mut self, tenant: SourcingEntityId, id: BankPayloadId) -> Result<Option<BankPayload>>;
    /// What an attempt to tell it came to.
    async fn note_bank_payload(&mut self, id: BankPayloadId, delivered_at: Option<Instant>, answer: &str)
    -> Result<()>;
    /// Newest first.
    async fn bank_payloads(&mut self, tenant: SourcingEntityId, link_id: &str, limit: i64) -> Result<Vec<BankPayload>>;
}

/// How net banking stands, for the whole deployment.
#[async_trait]
pub trait BankHealth {
    /// Every bank that is watched, by its identifier.
    async fn bank_healths(&mut self) -> Result<Vec<Health>>;
    async fn save_bank_health(&mut self, health: &Health) -> Result<()>;
    /// Adds to the history.
    async fn note_bank_health(&mut self, id: EventId, health: &Health) -> Result<()>;
    /// Newest first.
    async fn bank_health_history(&mut self, bank: &str, limit: i64) -> Result<Vec<Health>>;

    async fn insert_bank_incident(&mut self, incident: &BankIncident) -> Result<()>;
    async fn open_bank_incident(&mut self, bank: &str) -> Result<Option<BankIncident>>;
    /// Whether one was open.
    async fn close_bank_incident(&mut self, bank: &str, now: Instant) -> Result<bool>;

    async fn insert_bank_fetch(&mut self, fetch: &BankFetch) -> Result<()>;
    async fn bank_fetches_since(&mut self, bank: &str, since: Instant) -> Result<Attempts>;
}
