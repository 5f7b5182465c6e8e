//! The Key Facts Statements of an application's offers, as data.

use async_trait::async_trait;
use qist_domain::id::{ApplicationId, OfferId};
use qist_domain::kfs::Statement;
use qist_domain::refusal::Code;

use crate::applications::read::visible;
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Moment, Query};

/// For a sourcing entity, a lender or, without an id, the borrower.
#[derive(Debug, Clone)]
pub struct ReadStatements {
    pub application: Option<ApplicationId>,
}

#[derive(Debug, Clone)]
pub struct StatementView {
    pub offer: OfferId,
    pub accepted: bool,
    pub statement: Statement,
}

#[async_trait]
impl Query for ReadStatements {
    type Out = Vec<StatementView>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<StatementView>> {
        let application = visible(at, tx, self.application).await?;
        let statements = tx.statements(application.id).await?;
        if statements.is_empty() {
            return Err(Code::OffersNotReady.into());
        }
        let accepted = |offer| application.accepted_offer == Some(offer);
        let view = |(offer, statement)| StatementView { offer, accepted: accepted(offer), statement };
        Ok(statements.into_iter().map(view).collect())
    }
}
