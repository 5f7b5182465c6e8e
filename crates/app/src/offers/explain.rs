//! Why a figure of an offer or of a loan is what it is.

use async_trait::async_trait;
use qist_domain::id::{ApplicationId, OfferId};
use qist_domain::loan::{Derivation, Figure, explain};
use qist_domain::refusal::Code;

use crate::applications::read::visible;
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Moment, Query};

/// For a sourcing entity, a lender or, without an application, the borrower.
#[derive(Debug, Clone)]
pub struct ExplainFigure {
    pub application: Option<ApplicationId>,
    /// As it was offered; where absent the loan once it is paid out, before that the accepted one, else the first.
    pub offer: Option<OfferId>,
    pub figure: Figure,
}

#[async_trait]
impl Query for ExplainFigure {
    type Out = Derivation;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Derivation> {
        let application = visible(at, tx, self.application).await?;
        // What was charged is charged on the loan, whichever of its offer's names it is asked by.
        let of_the_loan = self.offer.is_none()
            || matches!(self.figure, Figure::LateCharge(_)) && self.offer == application.accepted_offer;
        if of_the_loan && let Some(loan) = tx.loan(application.id.into()).await? {
            let today = at.of(tx, application.tenant, application.user).await?.today();
            return Ok(explain(&loan.quote, self.figure, Some((&loan, today)))?);
        }
        let offers = tx.offers(application.id).await?;
        let first = offers.first().ok_or(Code::OffersNotReady)?;
        let offer = match self.offer.or(application.accepted_offer) {
            Some(id) => offers.iter().find(|offer| offer.id == id).ok_or(Code::OfferNotFound)?,
            None => first,
        };
        Ok(explain(offer.quote(), self.figure, None)?)
    }
}
