//! Seeing and choosing offers.

use async_trait::async_trait;
use qist_domain::application::Offer;
use qist_domain::id::OfferId;
use qist_domain::kfs::{Acknowledgement, Language};
use qist_domain::refusal::Code;

use super::view::{JourneyView, Standing, view};
use crate::applications::read::{OfferView, offers_of};
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment, Query};

#[derive(Debug, Clone)]
pub struct ReadMyOffers;

#[async_trait]
impl Query for ReadMyOffers {
    type Out = Vec<OfferView>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<OfferView>> {
        let standing = Standing::of_caller(at, tx).await?;
        offers_of(tx, standing.application()?).await
    }
}

/// The borrower has read an offer's Key Facts Statement.
#[derive(Debug, Clone)]
pub struct AcknowledgeStatement {
    pub offer: OfferId,
    /// What was read: refused where the offer has another.
    pub proposal_number: String,
    pub language: Language,
    pub ip: String,
}

#[async_trait]
impl Command for AcknowledgeStatement {
    type Out = JourneyView;
    const OPERATION: &'static str = "acknowledge_statement";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let offers = tx.offers(standing.application()?.id).await?;
        let offer = offers.iter().find(|offer| offer.id == self.offer).ok_or(Code::OfferNotFound)?;
        let read = Acknowledgement { language: self.language, at: at.now, ip: self.ip.clone() };
        if let Some(read) = offer.acknowledge(&self.proposal_number, read)? {
            tx.acknowledge_statement(&offer.statement, &read).await?;
        }
        view(at, tx).await
    }
}

#[derive(Debug, Clone)]
pub struct AcceptOffer {
    pub offer: OfferId,
}

#[async_trait]
impl Command for AcceptOffer {
    type Out = JourneyView;
    const OPERATION: &'static str = "accept_offer";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        let offers = tx.offers(application.id).await?;
        let offer: &Offer = offers.iter().find(|offer| offer.id == self.offer).ok_or(Code::OfferNotFound)?;
        tx.save_application(application.accept_offer(offer, at.now)?, at.now).await?;
        view(at, tx).await
    }
}
