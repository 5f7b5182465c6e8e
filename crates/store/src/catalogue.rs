//! Sourcing entities, lenders, programmes, policies, offer templates.

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::store::{Catalogue, PolicyVersion};
use qist_domain::id::{LenderId, OfferTemplateId, ProgrammeId, SourcingEntityId};
use qist_domain::policy::PolicyKind;
use qist_domain::programme::{Lender, OfferTemplate, Programme, SourcingEntity};
use qist_domain::refusal::Refusal;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};
use crate::{offer_templates, programmes};

const ENTITY: &str = "SELECT id, code, name, settings FROM sourcing_entities WHERE id = ?1";
const ENTITY_BY_CODE: &str = "SELECT id, code, name, settings FROM sourcing_entities WHERE code = ?1";
const ENTITIES: &str = "SELECT id, code, name, settings FROM sourcing_entities ORDER BY code";
const INSERT_ENTITY: &str = "
    INSERT INTO sourcing_entities (id, code, name, settings) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const UPDATE_ENTITY: &str = "UPDATE sourcing_entities SET name = ?3, settings = ?4 WHERE id = ?1 AND code = ?2";

const LENDER: &str = "SELECT id, code, name, settings FROM lenders WHERE id = ?1";
const LENDER_BY_CODE: &str = "SELECT id, code, name, settings FROM lenders WHERE code = ?1";
const INSERT_LENDER: &str = "
    INSERT INTO lenders (id, code, name, settings) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
const UPDATE_LENDER: &str = "UPDATE lenders SET name = ?3, settings = ?4 WHERE id = ?1 AND code = ?2";

const POLICY: &str = "
    SELECT programme_id, lender_id, kind, version, document, created_at FROM policies
    WHERE programme_id = ?1 AND lender_id = ?2 AND kind = ?3 ORDER BY version DESC LIMIT 1";
const INSERT_POLICY: &str = "
    INSERT INTO policies (programme_id, lender_id, kind, version, document, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (programme_id, lender_id, kind, version) DO NOTHING";

#[async_trait]
impl Catalogue for StoreTx<'_, '_> {
    async fn sourcing_entity(&mut self, id: SourcingEntityId) -> Result<Option<SourcingEntity>> {
        self.row(ENTITY, params![&id.to_string()], entity_row).await
    }

    async fn sourcing_entity_by_code(&mut self, code: &str) -> Result<Option<SourcingEntity>> {
        self.row(ENTITY_BY_CODE, params![code], entity_row).await
    }

    async fn sourcing_entities(&mut self) -> Result<Vec<SourcingEntity>> {
        self.rows(ENTITIES, &[], entity_row).await
    }

    async fn save_sourcing_entity(&mut self, entity: &SourcingEntity) -> Result<()> {
        let (id, settings) = (entity.id.to_string(), serde_json::to_string(&entity.settings)?);
        let row = params![&id, &entity.code, &entity.name, &settings];
        let saved = self.change(INSERT_ENTITY, row).await? == 1 || self.change(UPDATE_ENTITY, row).await? == 1;
        if saved { Ok(()) } else { Err(code_taken()) }
    }

    async fn lender(&mut self, id: LenderId) -> Result<Option<Lender>> {
        self.row(LENDER, params![&id.to_string()], lender_row).await
    }

    async fn lender_by_code(&mut self, code: &str) -> Result<Option<Lender>> {
        self.row(LENDER_BY_CODE, params![code], lender_row).await
    }

    async fn save_lender(&mut self, lender: &Lender) -> Result<()> {
        let (id, settings) = (lender.id.to_string(), serde_json::to_string(&lender.settings)?);
        let row = params![&id, &lender.code, &lender.name, &settings];
        let saved = self.change(INSERT_LENDER, row).await? == 1 || self.change(UPDATE_LENDER, row).await? == 1;
        if saved { Ok(()) } else { Err(code_taken()) }
    }

    async fn programme_of(&mut self, tenant: SourcingEntityId) -> Result<Option<Programme>> {
        programmes::find_of(self, tenant).await
    }

    async fn programme(&mut self, id: ProgrammeId) -> Result<Option<Programme>> {
        programmes::find(self, id).await
    }

    async fn save_programme(&mut self, programme: &Programme) -> Result<()> {
        programmes::save(self, programme).await
    }

    async fn policy(
        &mut self,
        programme: ProgrammeId,
        lender: Option<LenderId>,
        kind: PolicyKind,
    ) -> Result<Option<PolicyVersion>> {
        let (programme, lender) = (programme.to_string(), lender_column(lender));
        self.row(POLICY, params![&programme, &lender, kind.name()], policy_row).await
    }

    async fn insert_policy(&mut self, policy: &PolicyVersion) -> Result<()> {
        let (programme, lender) = (policy.programme.to_string(), lender_column(policy.lender));
        let document = serde_json::to_string(&policy.document)?;
        let created_at = policy.created_at.micros();
        let row = params![&programme, &lender, policy.kind.name(), policy.version, &document, created_at];
        if self.change(INSERT_POLICY, row).await? == 1 { Ok(()) } else { Err(conflict()) }
    }

    async fn offer_templates(&mut self, lender: LenderId) -> Result<Vec<OfferTemplate>> {
        offer_templates::list(self, lender).await
    }

    async fn offer_template(&mut self, lender: LenderId, id: OfferTemplateId) -> Result<Option<OfferTemplate>> {
        offer_templates::find(self, lender, id).await
    }

    async fn save_offer_template(&mut self, template: &OfferTemplate) -> Result<()> {
        offer_templates::save(self, template).await
    }
}

fn code_taken() -> Error {
    Refusal::invalid("code", "is another's, or is not the one that this was made with").into()
}

/// A primary key holds no nulls: the programme's own policies have an empty lender.
fn lender_column(lender: Option<LenderId>) -> String {
    lender.map(|lender| lender.to_string()).unwrap_or_default()
}

fn entity_row(row: &Row<'_>) -> std::result::Result<SourcingEntity, DbError> {
    let mut cells = Cells::of("sourcing_entities", row);
    Ok(SourcingEntity {
        id: cells.parsed("id")?,
        code: cells.text("code")?,
        name: cells.text("name")?,
        settings: cells.json("settings")?,
    })
}

fn lender_row(row: &Row<'_>) -> std::result::Result<Lender, DbError> {
    let mut cells = Cells::of("lenders", row);
    Ok(Lender {
        id: cells.parsed("id")?,
        code: cells.text("code")?,
        name: cells.text("name")?,
        settings: cells.json("settings")?,
    })
}

fn policy_row(row: &Row<'_>) -> std::result::Result<PolicyVersion, DbError> {
    let mut cells = Cells::of("policies", row);
    let programme = cells.parsed("programme_id")?;
    let lender = cells.text("lender_id")?;
    let lender = if lender.is_empty() {
        None
    } else {
        Some(lender.parse().map_err(|_| cells.corrupt("lender_id", "it is not an id".to_owned()))?)
    };
    Ok(PolicyVersion {
        programme,
        lender,
        kind: cells.named("kind", PolicyKind::from_name)?,
        version: cells.get("version")?,
        document: cells.json("document")?,
        created_at: cells.instant("created_at")?,
    })
}
