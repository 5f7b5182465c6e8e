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
    /// Before the disbursal; the accepted one where absent, else the first.
    pub offer: Option<OfferId>,
    pub figure: Figure,
}

#[async_trait]
impl Query for ExplainFigure {
    type Out = Derivation;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Derivation> {
        let application = visible(at, tx, self.application).await?;
        if self.offer.is_none()
            && let Some(loan) = tx.loan(application.id).await?
        {
            return Ok(explain(&loan.quote, self.figure, Some((&loan, at.today())))?);
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
