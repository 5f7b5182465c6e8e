//! Reading an application: details, offers, agreement, repayments.

use async_trait::async_trait;
use qist_domain::application::{Application, LoanStatus, Offer};
use qist_domain::day::Instant;
use qist_domain::id::{ApplicationId, BlobId, FactId, InstallmentId, OfferId};
use qist_domain::loan::{Class, InstallmentPosition, Loan, Quote};
use qist_domain::money::Paise;
use qist_domain::refusal::Code;
use qist_domain::user::User;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::journey::view::Standing;
use crate::ports::store::{PaymentState, Tx};
use crate::run::{Moment, Query, Reading};

#[derive(Debug, Clone)]
pub struct ReadLoan {
    pub application: ApplicationId,
}

pub struct LoanView {
    pub application: Application,
    pub user: User,
}

async fn of_partner(at: &Moment, tx: &mut dyn Tx, id: ApplicationId) -> Result<Application> {
    tx.application(at.partner_tenant()?, id).await?.ok_or_else(|| Code::LoanNotFound.into())
}

#[async_trait]
impl Query for ReadLoan {
    type Out = LoanView;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LoanView> {
        let found = tx.application_with_user(at.partner_tenant()?, self.application).await?;
        let (application, user) = found.ok_or(Code::LoanNotFound)?;
        Ok(LoanView { application, user })
    }
}

/// The application as the caller may see it: a sourcing entity its own, a lender those that are assigned to it, a borrower the
/// newest.
pub(crate) async fn visible(at: &Moment, tx: &mut dyn Tx, id: Option<ApplicationId>) -> Result<Application> {
    let found = match (at.caller, id) {
        (Caller::Partner { tenant, .. }, Some(id)) => tx.application(tenant, id).await?,
        (Caller::Lender { lender, .. }, Some(id)) => tx.application_of_lender(lender, id).await?,
        (Caller::Borrower { .. }, None) => return Ok(Standing::of_caller(at, tx).await?.application()?.clone()),
        _ => None,
    };
    found.ok_or_else(|| Code::LoanNotFound.into())
}

pub(crate) async fn user_of(tx: &mut dyn Tx, application: &Application) -> Result<User> {
    let user = tx.user(application.tenant, application.user).await?;
    user.ok_or_else(|| Error::internal(format!("application {} of no user", application.id)))
}

/// An offer with what became of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OfferView {
    pub id: OfferId,
    pub lender: String,
    pub accepted: bool,
    pub valid_until: Instant,
    /// Whether it is a credit line, and `quote` what drawing all of it at once costs.
    pub line: bool,
    pub quote: Quote,
}

pub(crate) async fn offers_of(tx: &mut dyn Tx, application: &Application) -> Result<Vec<OfferView>> {
    let offers = tx.offers(application.id).await?;
    if offers.is_empty() {
        return Err(Code::OffersNotReady.into());
    }
    let mut views = Vec::new();
    for offer in offers {
        let lender = tx.lender(offer.lender).await?.map(|lender| lender.name).unwrap_or_default();
        let accepted = application.accepted_offer == Some(offer.id);
        views.push(OfferView {
            id: offer.id,
            lender,
            accepted,
            valid_until: offer.valid_until(),
            line: offer.line.is_some(),
            quote: offer.statement.facts.quote,
        });
    }
    Ok(views)
}

pub(crate) async fn accepted_offer(tx: &mut dyn Tx, application: &Application) -> Result<Offer> {
    let offers = tx.offers(application.id).await?;
    let accepted = offers.into_iter().find(|offer| application.accepted_offer == Some(offer.id));
    accepted.ok_or_else(|| Code::OfferNotFound.into())
}

#[derive(Debug, Clone)]
pub struct ReadOffers {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ReadOffers {
    type Out = Vec<OfferView>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<OfferView>> {
        let application = of_partner(at, tx, self.application).await?;
        offers_of(tx, &application).await
    }
}

/// The signed agreement's file.
#[derive(Debug, Clone)]
pub struct ReadAgreement {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ReadAgreement {
    type Out = BlobId;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<BlobId> {
        let application = of_partner(at, tx, self.application).await?;
        application.agreement.signed.ok_or_else(|| Code::AgreementNotReady.into())
    }
}

/// One instalment as the contract shows it, and more.
#[derive(Debug, Clone)]
pub struct RepaymentView {
    pub id: InstallmentId,
    pub position: InstallmentPosition,
    /// A payment is under way.
    pub pending: bool,
}

pub struct RepaymentsView {
    pub installments: Vec<RepaymentView>,
    /// Money held for dues to come.
    pub excess: Paise,
    pub dpd: i64,
    pub class: Class,
    pub disbursal: Option<FactId>,
}

pub(crate) async fn repayments_of(at: &Moment, tx: &mut dyn Tx, application: &Application) -> Result<RepaymentsView> {
    if !matches!(application.status, LoanStatus::Disbursed | LoanStatus::Closed) {
        return Err(Code::NotDisbursed.into());
    }
    // The agreement of a credit line has no loan of its own: its drawdowns have.
    let loan: Loan = tx.loan(application.id.into()).await?.ok_or(Code::NotDisbursed)?;
    let at = &at.of(tx, application.tenant, application.user).await?;
    let payments = tx.payments_of(application.id.into()).await?;
    let pending = |num: u32| {
        payments.iter().any(|payment| payment.installment_num == num && payment.state == PaymentState::Pending)
    };
    let today = at.today();
    let position = loan.position(today);
    let dpd = position.dpd(today);
    let class = Class::of(&position, today);
    let shown = |position: InstallmentPosition| {
        let num = position.row.num;
        let id = loan.installment_id(num).ok_or_else(|| Error::internal("an instalment without id"))?;
        Ok(RepaymentView { id, pending: pending(num), position })
    };
    let installments = position.installments.into_iter().map(shown).collect::<Result<_>>()?;
    Ok(RepaymentsView {
        installments,
        excess: position.excess,
        dpd,
        class,
        disbursal: loan.facts.first().map(|fact| fact.id),
    })
}

#[derive(Debug, Clone)]
pub struct ReadRepayments {
    pub application: ApplicationId,
}

#[async_trait]
impl Query for ReadRepayments {
    type Out = RepaymentsView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<RepaymentsView> {
        let application = of_partner(at, tx, self.application).await?;
        repayments_of(at, tx, &application).await
    }
}

/// The borrower's own repayments.
#[derive(Debug, Clone)]
pub struct ReadMyRepayments;

#[async_trait]
impl Query for ReadMyRepayments {
    type Out = RepaymentsView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<RepaymentsView> {
        let application = visible(at, tx, None).await?;
        repayments_of(at, tx, &application).await
    }
}
