//! A loan's change is saved together with what it means for the application and for the borrower's other loans.

use qist_domain::application::LoanStatus;
use qist_domain::change::Change;
use qist_domain::credit_line::TransactionStatus;
use qist_domain::event::EntityType;
use qist_domain::id::{FactId, TransactionId};
use qist_domain::loan::Loan;
use qist_domain::money::Paise;

use super::closing;
use crate::credit_lines::find::locked;
use crate::error::{Error, Result};
use crate::loans::find::application_of;
use crate::ports::store::Tx;
use crate::run::Moment;

/// More days past due than this make all of a borrower's loans with the lender non-performing (RBI/2021-22/125).
const NPA_AFTER_DAYS: i64 = 90;

/// Saves the change; a loan that it ends closes its application and begins what closing takes, and a drawdown's moves its line.
/// Answers the status of the application or the drawdown.
pub(crate) async fn save(at: &Moment, tx: &mut dyn Tx, change: Change<Loan>) -> Result<&'static str> {
    let loan = change.state().clone();
    let status = keep(at, tx, change).await?;
    classify(at, tx, &loan).await?;
    Ok(status)
}

/// The loan alone, with what stands on it.
async fn keep(at: &Moment, tx: &mut dyn Tx, change: Change<Loan>) -> Result<&'static str> {
    let loan = change.state().clone();
    if let Some(transaction) = loan.transaction() {
        return Ok(follow(at, tx, transaction, change).await?.name());
    }
    tx.save_loan(change, at.now).await?;
    let application = application_of(tx, &loan).await?;
    if loan.closed_day.is_none() || application.status != LoanStatus::Disbursed {
        return Ok(application.status.name());
    }
    closing::begin(at, tx, &application, &loan).await?;
    let change = application.close(EntityType::System)?;
    let status = change.state().status;
    tx.save_application(change, at.now).await?;
    Ok(status.name())
}

/// The status of the application or the drawdown that a loan is of.
pub(crate) async fn status(tx: &mut dyn Tx, loan: &Loan) -> Result<&'static str> {
    match loan.transaction() {
        None => Ok(application_of(tx, loan).await?.status.name()),
        Some(id) => {
            let found = tx.transaction(loan.tenant, id).await?;
            Ok(found.ok_or_else(|| Error::internal("a drawdown's loan without drawdown"))?.status.name())
        }
    }
}

/// A drawdown's loan with its drawdown and its line. The line comes first: whoever else would draw or pay waits at it.
async fn follow(at: &Moment, tx: &mut dyn Tx, id: TransactionId, change: Change<Loan>) -> Result<TransactionStatus> {
    let loan = change.state().clone();
    let gone = || Error::internal("a drawdown's loan without drawdown");
    let line = tx.transaction(loan.tenant, id).await?.ok_or_else(gone)?.line;
    let (line, before) = locked(tx, loan.tenant, line, id).await?;
    tx.save_loan(change, at.now).await?;
    let Some(change) = before.clone().follow(&loan, at.today())? else { return Ok(before.status) };
    let after = change.state().clone();
    tx.save_transaction(change, at.now).await?;
    if let Some(change) = line.follow(&before, &after)? {
        tx.save_credit_line(change, at.now).await?;
    }
    Ok(after.status)
}

/// An account is non-performing where any loan of the borrower with the lender is, and becomes standard only when all arrears of
/// all of them are paid.
async fn classify(at: &Moment, tx: &mut dyn Tx, changed: &Loan) -> Result<()> {
    let today = at.today();
    let position = changed.position(today);
    // Most loans are neither, and have no other beside them that matters.
    if !position.npa && position.dpd(today) <= NPA_AFTER_DAYS {
        return Ok(());
    }
    let mut loans = Vec::new();
    for id in tx.loans_of(changed.tenant, changed.user).await? {
        let loan = tx.loan(id).await?.filter(|loan| loan.lender == changed.lender && loan.closed_day.is_none());
        loans.extend(loan);
    }
    let positions: Vec<_> = loans.iter().map(|loan| loan.position(today)).collect();
    let arrears: Paise = positions.iter().map(|position| position.arrears(today)).sum();
    let late = positions.iter().any(|position| position.dpd(today) > NPA_AFTER_DAYS);
    let already = positions.iter().any(|position| position.npa);
    let npa = late || (already && arrears.is_positive());
    for loan in loans {
        if let Some(change) = loan.classify(FactId(at.uuid()), npa, at.now)? {
            // It is brought to today by this, which may pay what has fallen due meanwhile.
            keep(at, tx, change).await?;
        }
    }
    Ok(())
}
