//! A lender makes offers afresh: the terms have changed, or the offers have expired.

use async_trait::async_trait;
use qist_domain::id::ApplicationId;
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};

use super::make::make_offers;
use crate::applications::read::{OfferView, offers_of, visible};
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

/// What stands stays: a lender is bound by a Key Facts Statement until it expires (RBI/2024-25/18).
#[derive(Debug, Clone)]
pub struct RenewOffers {
    pub application: ApplicationId,
    /// At most what was applied for; that of the newest offer where absent.
    pub amount: Option<Paise>,
}

#[async_trait]
impl Command for RenewOffers {
    type Out = Vec<OfferView>;
    const OPERATION: &'static str = "renew_offers";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<OfferView>> {
        at.lender_id()?;
        let application = visible(at, tx, Some(self.application)).await?;
        let change = application.clone().renew_offers()?;
        let newest = tx.offers(application.id).await?.into_iter().next_back().ok_or(Code::OffersNotReady)?;
        let amount = self.amount.unwrap_or(newest.quote().amount);
        if !amount.is_positive() || amount > application.amount {
            let why = format!("must be more than zero and at most {}", application.amount);
            return Err(Refusal::invalid("amount", why).into());
        }
        make_offers(at, tx, &application, amount).await?;
        tx.save_application(change, at.now).await?;
        offers_of(tx, &application).await
    }
}
