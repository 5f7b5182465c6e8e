//! What a lender offers on an approved application. Immutable: a changed term is another offer.

use crate::credit_line::{Drawdown, LineTerms};
use crate::day::Instant;
use crate::id::{ApplicationId, LenderId, OfferId, OfferTemplateId};
use crate::kfs::{Acknowledgement, Statement};
use crate::loan::Quote;
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone)]
pub struct Offer {
    pub id: OfferId,
    pub application: ApplicationId,
    pub lender: LenderId,
    /// The lender's template and the version of it that made this offer.
    pub template: OfferTemplateId,
    pub template_version: i64,
    /// What the borrower was told: there is no offer without it.
    pub statement: Statement,
    /// Where what is offered is a credit line: the statement then tells what drawing all of it at once costs.
    pub line: Option<LineTerms>,
    /// Where it is the offer of a drawdown on a line: what the borrower is about to draw.
    pub drawdown: Option<Drawdown>,
    pub created_at: Instant,
}

impl Offer {
    #[must_use]
    pub fn quote(&self) -> &Quote {
        &self.statement.facts.quote
    }

    /// From then on it cannot be accepted.
    #[must_use]
    pub fn valid_until(&self) -> Instant {
        self.statement.facts.valid_until
    }

    /// The borrower has read the statement. A second time changes nothing: `None`.
    pub fn acknowledge(
        &self,
        proposal_number: &str,
        read: Acknowledgement,
    ) -> Result<Option<Acknowledgement>, Refusal> {
        if self.statement.facts.proposal_number != proposal_number {
            return Err(Code::KfsReplaced.into());
        }
        if read.at >= self.valid_until() {
            return Err(Code::OfferExpired.into());
        }
        Ok(self.statement.acknowledged.is_none().then_some(read))
    }
}
