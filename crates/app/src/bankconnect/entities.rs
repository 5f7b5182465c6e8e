//! Entities: found or made by their `link_id`, listed, read.

use async_trait::async_trait;
use qist_domain::bank::Entity;
use qist_domain::id::{BankEntityId, SourcingEntityId};
use qist_domain::refusal::{Code, Refusal};

use crate::caller::Caller;
use crate::error::Result;
use crate::ports::store::{Listed, Tx};
use crate::run::{App, Command, Moment, Query, Reading};

/// Of two calls that make the same entity at once one finds the other's at its second try.
const TRIES_MAX: usize = 3;

impl App {
    /// The entity of a `link_id`, made where there is none; without one a new entity every time.
    pub async fn create_bank_entity(&self, caller: Caller, link_id: Option<String>) -> Result<Entity> {
        let command = FindOrCreateEntity { id: BankEntityId(self.ids.random_uuid()), link_id };
        let mut tries = 1;
        loop {
            match self.run(caller, command.clone()).await {
                Err(error) if error.code() == Some(Code::VersionConflict) && tries < TRIES_MAX => tries += 1,
                answered => return answered,
            }
        }
    }
}

#[derive(Debug, Clone)]
struct FindOrCreateEntity {
    id: BankEntityId,
    link_id: Option<String>,
}

#[async_trait]
impl Command for FindOrCreateEntity {
    type Out = Entity;
    const OPERATION: &'static str = "create_bank_entity";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Entity> {
        let tenant = at.partner_tenant()?;
        let entity = Entity::create(self.id, tenant, self.link_id.as_deref(), at.now)
            .map_err(|why| Refusal::invalid("link_id", why))?;
        if let Some(link_id) = &entity.link_id
            && let Some(known) = tx.bank_entity_by_link(tenant, link_id).await?
        {
            return Ok(known);
        }
        if tx.insert_bank_entity(&entity).await? { Ok(entity) } else { Err(Code::VersionConflict.into()) }
    }
}

/// A page of a sourcing entity's entities, newest first.
#[derive(Debug, Clone)]
pub struct ListEntities {
    pub link_id: Option<String>,
    pub limit: i64,
    pub offset: i64,
}

#[async_trait]
impl Query for ListEntities {
    type Out = Listed<Entity>;
    const READING: Reading = Reading::Scan;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Listed<Entity>> {
        let tenant = at.partner_tenant()?;
        tx.list_bank_entities(tenant, self.link_id.as_deref(), self.limit, self.offset).await
    }
}

#[derive(Debug, Clone)]
pub struct ReadEntity {
    pub id: BankEntityId,
}

#[async_trait]
impl Query for ReadEntity {
    type Out = Entity;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Entity> {
        entity_of(tx, at.partner_tenant()?, self.id).await
    }
}

pub(crate) async fn entity_of(tx: &mut dyn Tx, tenant: SourcingEntityId, id: BankEntityId) -> Result<Entity> {
    Ok(tx.bank_entity(tenant, id).await?.ok_or(Code::BankEntityNotFound)?)
}
