use async_trait::async_trait;
use qist_domain::id::{ApplicationId, BlobId, OfferId, SourcingEntityId};
use qist_domain::kfs::{Acknowledgement, Language, Statement};

use crate::error::Result;

/// A statement that was found by its number, and whose it is.
#[derive(Debug, Clone)]
pub struct FoundStatement {
    pub offer: OfferId,
    pub application: ApplicationId,
    pub tenant: SourcingEntityId,
    pub statement: Statement,
}

/// Key Facts Statements. The first version of each is stored with its offer.
#[async_trait]
pub trait Statements {
    /// A further version.
    async fn insert_statement(&mut self, offer: OfferId, statement: &Statement) -> Result<()>;
    /// Offer by offer in their order, each version in its.
    async fn statements(&mut self, application: ApplicationId) -> Result<Vec<(OfferId, Statement)>>;
    async fn find_any_statement(&mut self, proposal_number: &str, version: u32) -> Result<Option<FoundStatement>>;
    /// Of two acknowledgements the first stays.
    async fn acknowledge_statement(&mut self, statement: &Statement, read: &Acknowledgement) -> Result<()>;
    async fn statement_file(
        &mut self,
        proposal_number: &str,
        version: u32,
        language: Language,
    ) -> Result<Option<BlobId>>;
    /// Whether it was the first file of that language: otherwise the one before stays.
    async fn keep_statement_file(
        &mut self,
        proposal_number: &str,
        version: u32,
        language: Language,
        file: BlobId,
    ) -> Result<bool>;
}
