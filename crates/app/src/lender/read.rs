//! One application, as the lender sees it.

use async_trait::async_trait;
use qist_domain::application::Application;
use qist_domain::id::ApplicationId;
use qist_domain::policy::PolicyKind;
use qist_domain::refusal::Code;

use crate::applications::read::{LoanView, OfferView, RepaymentsView, offers_of, repayments_of, user_of};
use crate::error::Result;
use crate::ports::store::{DecisionRecord, Tx};
use crate::run::{Moment, Query};

pub(super) async fn assigned(at: &Moment, tx: &mut dyn Tx, id: ApplicationId) -> Result<Application> {
    tx.application_of_lender(at.lender_id()?, id).await?.ok_or_else(|| Code::LoanNotFound.into())
}

#[derive(Debug, Clone)]
pub struct ReadAssigned {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ReadAssigned {
    type Out = LoanView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LoanView> {
        let application = assigned(at, tx, self.application).await?;
        let user = user_of(tx, &application).await?;
        Ok(LoanView { application, user })
    }
}

/// Every run of the underwriting policy, newest first, with each rule's outcome.
#[derive(Debug, Clone)]
pub struct ReadUnderwriting {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ReadUnderwriting {
    type Out = Vec<DecisionRecord>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<DecisionRecord>> {
        let application = assigned(at, tx, self.application).await?;
        let decisions = tx.decisions_of(application.id).await?;
        Ok(decisions.into_iter().filter(|decision| decision.kind == PolicyKind::Underwriting).collect())
    }
}

#[derive(Debug, Clone)]
pub struct ReadAssignedOffers {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ReadAssignedOffers {
    type Out = Vec<OfferView>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<OfferView>> {
        let application = assigned(at, tx, self.application).await?;
        offers_of(tx, &application).await
    }
}

#[derive(Debug, Clone)]
pub struct ReadAssignedRepayments {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ReadAssignedRepayments {
    type Out = RepaymentsView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<RepaymentsView> {
        let application = assigned(at, tx, self.application).await?;
        repayments_of(at, tx, &application).await
    }
}
