//! What an operator sets up: sourcing entities, lenders, programmes, policies.

use async_trait::async_trait;
use qist_domain::id::{LenderId, OfferTemplateId, ProgrammeId, SourcingEntityId};
use qist_domain::policy::{PolicyDocument, PolicyKind};
use qist_domain::programme::{
    EntitySettings, Lender, LenderSettings, OfferTemplate, Programme, ProgrammeLender, ProgrammeSettings,
    SourcingEntity,
};
use qist_domain::refusal::Refusal;
use serde_json::Value;

use crate::error::Result;
use crate::ports::store::{PolicyVersion, Tx};
use crate::run::{Command, Moment, Query};

#[derive(Debug, Clone)]
pub struct CreateSourcingEntity {
    pub code: String,
    pub name: String,
    pub settings: EntitySettings,
}

/// Short, lower-case, and safe in a command line.
fn check_code(code: &str) -> Result<(), Refusal> {
    let plain = (2..=30).contains(&code.len())
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain { Ok(()) } else { Err(Refusal::invalid("code", "must be 2 to 30 lower-case letters, digits or hyphens")) }
}

#[async_trait]
impl Command for CreateSourcingEntity {
    type Out = SourcingEntityId;
    const OPERATION: &'static str = "create_sourcing_entity";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<SourcingEntityId> {
        check_code(&self.code)?;
        if tx.sourcing_entity_by_code(&self.code).await?.is_some() {
            return Err(Refusal::invalid("code", "is taken").into());
        }
        let id = SourcingEntityId(at.uuid());
        let entity =
            SourcingEntity { id, code: self.code.clone(), name: self.name.clone(), settings: self.settings.clone() };
        tx.save_sourcing_entity(&entity).await?;
        Ok(id)
    }
}

#[derive(Debug, Clone)]
pub struct CreateLender {
    pub code: String,
    pub name: String,
    pub settings: LenderSettings,
}

#[async_trait]
impl Command for CreateLender {
    type Out = LenderId;
    const OPERATION: &'static str = "create_lender";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LenderId> {
        check_code(&self.code)?;
        if tx.lender_by_code(&self.code).await?.is_some() {
            return Err(Refusal::invalid("code", "is taken").into());
        }
        let id = LenderId(at.uuid());
        let lender = Lender { id, code: self.code.clone(), name: self.name.clone(), settings: self.settings.clone() };
        tx.save_lender(&lender).await?;
        Ok(id)
    }
}

#[derive(Debug, Clone)]
pub struct CreateProgramme {
    pub tenant: SourcingEntityId,
    pub name: String,
    pub settings: ProgrammeSettings,
    pub lenders: Vec<ProgrammeLender>,
}

#[async_trait]
impl Command for CreateProgramme {
    type Out = ProgrammeId;
    const OPERATION: &'static str = "create_programme";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<ProgrammeId> {
        let id = ProgrammeId(at.uuid());
        let Self { tenant, name, settings, lenders } = self.clone();
        tx.save_programme(&Programme { id, tenant, name, settings, lenders }).await?;
        Ok(id)
    }
}

#[derive(Debug, Clone)]
pub struct PublishPolicy {
    pub programme: ProgrammeId,
    pub lender: Option<LenderId>,
    pub kind: PolicyKind,
    pub document: Value,
}

#[async_trait]
impl Command for PublishPolicy {
    /// The new version.
    type Out = i64;
    const OPERATION: &'static str = "publish_policy";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<i64> {
        PolicyDocument::parse(&self.document)?;
        let last = tx.policy(self.programme, self.lender, self.kind).await?.map_or(0, |policy| policy.version);
        let Self { programme, lender, kind, document } = self.clone();
        let version = last + 1;
        tx.insert_policy(&PolicyVersion { programme, lender, kind, version, document, created_at: at.now }).await?;
        Ok(version)
    }
}

/// An offer template set up by an operator on a lender's behalf.
#[derive(Debug, Clone)]
pub struct InstallTemplate {
    pub template: OfferTemplate,
}

#[async_trait]
impl Command for InstallTemplate {
    type Out = OfferTemplateId;
    const OPERATION: &'static str = "install_offer_template";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<OfferTemplateId> {
        let id = OfferTemplateId(at.uuid());
        let template = OfferTemplate { id, version: 1, ..self.template.clone() };
        template.check()?;
        tx.save_offer_template(&template).await?;
        Ok(id)
    }
}

#[derive(Debug, Clone)]
pub struct FindByCode {
    pub code: String,
}

#[async_trait]
impl Query for FindByCode {
    type Out = (Option<SourcingEntity>, Option<Lender>);

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        Ok((tx.sourcing_entity_by_code(&self.code).await?, tx.lender_by_code(&self.code).await?))
    }
}

#[derive(Debug, Clone)]
pub struct ListSourcingEntities;

#[async_trait]
impl Query for ListSourcingEntities {
    type Out = Vec<SourcingEntity>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Vec<SourcingEntity>> {
        tx.sourcing_entities().await
    }
}
