//! What was made of an entity's statements.

use async_trait::async_trait;
use qist_domain::bank::{Entity, Statement};
use qist_domain::id::BankEntityId;
use qist_statement::Analysis;

use super::entities::entity_of;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{App, Moment, Query};

/// An entity, its statements in the order in which they came, and their analysis: empty until the first is there.
#[derive(Debug, Clone)]
pub struct Report {
    pub entity: Entity,
    pub statements: Vec<Statement>,
    pub analysis: Analysis,
}

impl App {
    pub async fn bank_report(&self, caller: Caller, id: BankEntityId) -> Result<Report> {
        let (entity, statements) = self.ask(caller, ReadStatements { id }).await?;
        self.analysed(entity, statements).await
    }

    pub(super) async fn analysed(&self, entity: Entity, statements: Vec<Statement>) -> Result<Report> {
        let analysis = match entity.analysis {
            Some(file) => {
                let bytes = self.blobs.get(&file.to_string()).await?;
                serde_json::from_slice(&bytes.ok_or_else(|| Error::internal(format!("file {file} is gone")))?)?
            }
            None => Analysis::default(),
        };
        Ok(Report { entity, statements, analysis })
    }
}

struct ReadStatements {
    id: BankEntityId,
}

#[async_trait]
impl Query for ReadStatements {
    type Out = (Entity, Vec<Statement>);

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let entity = entity_of(tx, at.partner_tenant()?, self.id).await?;
        let statements = tx.bank_statements(&entity).await?;
        Ok((entity, statements))
    }
}
