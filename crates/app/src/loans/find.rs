//! The running loan that somebody names: by its application, or for a drawdown on a credit line by that.

use qist_domain::application::{Application, LoanStatus, Offer};
use qist_domain::id::{ApplicationId, LoanId};
use qist_domain::loan::Loan;
use qist_domain::refusal::Code;

use crate::applications::read::{accepted_offer, visible};
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::Moment;

/// The loan as a sourcing entity or a lender may see it, with the agreement that it stands on. Another's answers like an unknown
/// one.
pub(crate) async fn running(at: &Moment, tx: &mut dyn Tx, id: LoanId) -> Result<(Application, Loan)> {
    let loan = tx.loan(id).await?;
    match visible(at, tx, Some(ApplicationId(id.0))).await {
        Ok(application) => {
            let has_money = matches!(application.status, LoanStatus::Disbursed | LoanStatus::Closed);
            let loan = loan.filter(|_| has_money).ok_or(Code::NotDisbursed)?;
            Ok((application, loan))
        }
        Err(unknown) => {
            let theirs = |loan: &Loan| match at.caller {
                Caller::Partner { tenant, .. } => loan.tenant == tenant,
                Caller::Lender { lender, .. } => loan.lender == lender,
                Caller::Borrower { .. } | Caller::System => false,
            };
            let loan = loan.filter(|loan| loan.drawdown && theirs(loan)).ok_or(unknown)?;
            let application = application_of(tx, &loan).await?;
            Ok((application, loan))
        }
    }
}

/// As [`running`]; without an id the borrower's own.
pub(crate) async fn named(at: &Moment, tx: &mut dyn Tx, id: Option<LoanId>) -> Result<(Application, Loan)> {
    if let Some(id) = id {
        return running(at, tx, id).await;
    }
    let application = visible(at, tx, None).await?;
    let loan = tx.loan(application.id.into()).await?.ok_or(Code::NotDisbursed)?;
    Ok((application, loan))
}

/// The offer whose Key Facts Statement tells what a loan costs.
pub(crate) async fn offer_of(tx: &mut dyn Tx, application: &Application, loan: &Loan) -> Result<Offer> {
    let Some(id) = loan.transaction() else { return accepted_offer(tx, application).await };
    let transaction = tx.transaction(loan.tenant, id).await?;
    let transaction = transaction.ok_or_else(|| Error::internal("a drawdown's loan without drawdown"))?;
    let offer = tx.drawdown_offer(transaction.offer).await?;
    offer.ok_or_else(|| Error::internal("a drawdown without offer"))
}

/// The agreement that a loan stands on.
pub(crate) async fn application_of(tx: &mut dyn Tx, loan: &Loan) -> Result<Application> {
    let application = tx.application(loan.tenant, loan.application).await?;
    application.ok_or_else(|| Error::internal("a loan without application"))
}
