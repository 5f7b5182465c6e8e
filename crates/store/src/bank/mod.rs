//! BankConnect: one file for each family of its tables.

mod access;
mod entities;
mod health;
mod payloads;
mod sessions;
mod statements;

use async_trait::async_trait;
use qist_app::error::Result;
use qist_app::ports::store::{
    BankConnect, BankFetch, BankHealth, BankIncident, BankKeyRecord, BankPayload, BankSettings, Listed,
};
use qist_domain::bank::health::{Attempts, Health};
use qist_domain::bank::{Entity, Session, Statement};
use qist_domain::day::Instant;
use qist_domain::id::{ApiKeyId, BankEntityId, BankPayloadId, BlobId, EventId, SourcingEntityId};

use qist_statement::analysis::Features;

use crate::tx::StoreTx;

#[async_trait]
impl BankConnect for StoreTx<'_, '_> {
    async fn insert_bank_key(&mut self, key: &BankKeyRecord) -> Result<()> {
        access::insert(self, key).await
    }

    async fn bank_key_by_hash(&mut self, key_hash: &str) -> Result<Option<BankKeyRecord>> {
        access::by_hash(self, key_hash).await
    }

    async fn bank_keys_of(&mut self, tenant: SourcingEntityId) -> Result<Vec<BankKeyRecord>> {
        access::of(self, tenant).await
    }

    async fn revoke_bank_key(&mut self, id: ApiKeyId, now: Instant) -> Result<bool> {
        access::revoke(self, id, now).await
    }

    async fn bank_settings(&mut self, tenant: SourcingEntityId) -> Result<BankSettings> {
        access::settings(self, tenant).await
    }

    async fn save_bank_settings(&mut self, settings: &BankSettings, now: Instant) -> Result<()> {
        access::save_settings(self, settings, now).await
    }

    async fn bank_entity(&mut self, tenant: SourcingEntityId, id: BankEntityId) -> Result<Option<Entity>> {
        entities::find(self, tenant, id).await
    }

    async fn bank_entity_by_link(&mut self, tenant: SourcingEntityId, link_id: &str) -> Result<Option<Entity>> {
        entities::by_link(self, tenant, link_id).await
    }

    async fn insert_bank_entity(&mut self, entity: &Entity) -> Result<bool> {
        entities::insert(self, entity).await
    }

    async fn list_bank_entities(
        &mut self,
        tenant: SourcingEntityId,
        link_id: Option<&str>,
        limit: i64,
        offset: i64,
    ) -> Result<Listed<Entity>> {
        entities::list(self, tenant, link_id, limit, offset).await
    }

    async fn save_bank_analysis(
        &mut self,
        entity: &Entity,
        analysis: BlobId,
        features: &Features,
        now: Instant,
    ) -> Result<()> {
        entities::save_analysis(self, entity, analysis, features, now).await
    }

    async fn bank_features(&mut self, tenant: SourcingEntityId, link_id: &str) -> Result<Option<Features>> {
        entities::features(self, tenant, link_id).await
    }

    async fn find_any_bank_entity(&mut self, id: BankEntityId) -> Result<Option<Entity>> {
        entities::find_any(self, id).await
    }

    async fn insert_bank_statement(&mut self, statement: &Statement) -> Result<()> {
        statements::insert(self, statement).await
    }

    async fn settle_bank_statement(&mut self, statement: &Statement) -> Result<()> {
        statements::settle(self, statement).await
    }

    async fn bank_statements(&mut self, entity: &Entity) -> Result<Vec<Statement>> {
        statements::of(self, entity).await
    }

    async fn insert_bank_session(&mut self, code_hash: &str, session: &Session) -> Result<()> {
        sessions::insert(self, code_hash, session).await
    }

    async fn find_any_bank_session(&mut self, code_hash: &str) -> Result<Option<Session>> {
        sessions::find_any(self, code_hash).await
    }

    async fn end_bank_session(&mut self, code_hash: &str, now: Instant) -> Result<bool> {
        sessions::end(self, code_hash, now).await
    }

    async fn insert_bank_payload(&mut self, payload: &BankPayload) -> Result<()> {
        payloads::insert(self, payload).await
    }

    async fn bank_payload(&mut self, tenant: SourcingEntityId, id: BankPayloadId) -> Result<Option<BankPayload>> {
        payloads::find(self, tenant, id).await
    }

    async fn note_bank_payload(
        &mut self,
        id: BankPayloadId,
        delivered_at: Option<Instant>,
        answer: &str,
    ) -> Result<()> {
        payloads::note(self, id, delivered_at, answer).await
    }

    async fn bank_payloads(&mut self, tenant: SourcingEntityId, link_id: &str, limit: i64) -> Result<Vec<BankPayload>> {
        payloads::of(self, tenant, link_id, limit).await
    }
}

#[async_trait]
impl BankHealth for StoreTx<'_, '_> {
    async fn bank_healths(&mut self) -> Result<Vec<Health>> {
        health::all(self).await
    }

    async fn save_bank_health(&mut self, health: &Health) -> Result<()> {
        health::save(self, health).await
    }

    async fn note_bank_health(&mut self, id: EventId, health: &Health) -> Result<()> {
        health::note(self, id, health).await
    }

    async fn bank_health_history(&mut self, bank: &str, limit: i64) -> Result<Vec<Health>> {
        health::history(self, bank, limit).await
    }

    async fn insert_bank_incident(&mut self, incident: &BankIncident) -> Result<()> {
        health::insert_incident(self, incident).await
    }

    async fn open_bank_incident(&mut self, bank: &str) -> Result<Option<BankIncident>> {
        health::open_incident(self, bank).await
    }

    async fn close_bank_incident(&mut self, bank: &str, now: Instant) -> Result<bool> {
        health::close_incident(self, bank, now).await
    }

    async fn insert_bank_fetch(&mut self, fetch: &BankFetch) -> Result<()> {
        health::insert_fetch(self, fetch).await
    }

    async fn bank_fetches_since(&mut self, bank: &str, since: Instant) -> Result<Attempts> {
        health::fetches_since(self, bank, since).await
    }
}
