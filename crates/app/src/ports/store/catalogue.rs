use async_trait::async_trait;
use qist_domain::day::Instant;
use qist_domain::id::{LenderId, OfferTemplateId, ProgrammeId, SourcingEntityId};
use qist_domain::policy::PolicyKind;
use qist_domain::programme::{Lender, OfferTemplate, Programme, SourcingEntity};
use serde_json::Value;

use crate::error::Result;

/// One version of a policy. Versions are only added.
#[derive(Debug, Clone)]
pub struct PolicyVersion {
    pub programme: ProgrammeId,
    /// For the policies that each lender has of its own.
    pub lender: Option<LenderId>,
    pub kind: PolicyKind,
    /// From 1.
    pub version: i64,
    pub document: Value,
    pub created_at: Instant,
}

/// Sourcing entities, lenders, programmes, policies, offer templates.
#[async_trait]
pub trait Catalogue {
    async fn sourcing_entity(&mut self, id: SourcingEntityId) -> Result<Option<SourcingEntity>>;
    async fn sourcing_entity_by_code(&mut self, code: &str) -> Result<Option<SourcingEntity>>;
    async fn sourcing_entities(&mut self) -> Result<Vec<SourcingEntity>>;
    /// Inserts, or replaces name and settings. A code that another entity has is refused.
    async fn save_sourcing_entity(&mut self, entity: &SourcingEntity) -> Result<()>;

    async fn lender(&mut self, id: LenderId) -> Result<Option<Lender>>;
    async fn lender_by_code(&mut self, code: &str) -> Result<Option<Lender>>;
    async fn save_lender(&mut self, lender: &Lender) -> Result<()>;

    /// The programme that a tenant's customers are in.
    async fn programme_of(&mut self, tenant: SourcingEntityId) -> Result<Option<Programme>>;
    async fn programme(&mut self, id: ProgrammeId) -> Result<Option<Programme>>;
    async fn save_programme(&mut self, programme: &Programme) -> Result<()>;

    /// The newest version.
    async fn policy(
        &mut self,
        programme: ProgrammeId,
        lender: Option<LenderId>,
        kind: PolicyKind,
    ) -> Result<Option<PolicyVersion>>;
    async fn insert_policy(&mut self, policy: &PolicyVersion) -> Result<()>;

    async fn offer_templates(&mut self, lender: LenderId) -> Result<Vec<OfferTemplate>>;
    async fn offer_template(&mut self, lender: LenderId, id: OfferTemplateId) -> Result<Option<OfferTemplate>>;
    /// Inserts a template of version 1, or replaces the version before this one.
    async fn save_offer_template(&mut self, template: &OfferTemplate) -> Result<()>;
}
