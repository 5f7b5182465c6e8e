//! Banner: one word that a sourcing entity's app shows about a customer's loan.

use async_trait::async_trait;
use qist_domain::application::{Application, LoanStatus};
use qist_domain::credit_line::CreditLine;
use qist_domain::user::{User, UserStatus};

use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Moment, Query};

/// An instalment is announced as due from so many days before its day.
const DUE_DAYS_AHEAD: i64 = 7;

#[derive(Debug, Clone)]
pub struct ReadBanner {
    pub customer_id: String,
}

#[async_trait]
impl Query for ReadBanner {
    type Out = &'static str;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<&'static str> {
        let Some(user) = tx.user_by_customer(at.partner_tenant()?, &self.customer_id).await? else {
            return Ok("APPLY");
        };
        let at = &at.of(tx, user.tenant, user.id).await?;
        match tx.applications_of(user.id).await?.into_iter().next() {
            Some(application) => of_application(at, tx, &application).await,
            None => before_application(at, tx, &user).await,
        }
    }
}

async fn before_application(at: &Moment, tx: &mut dyn Tx, user: &User) -> Result<&'static str> {
    let eligibility = tx.eligibility(user.id).await?.filter(|eligibility| at.now < eligibility.expires_at);
    Ok(match user.status {
        UserStatus::UserDisqualified => "REJECTED",
        _ if eligibility.is_some_and(|eligibility| !eligibility.eligible) => "HIDE",
        UserStatus::UserProfileUpdated | UserStatus::UserQualified => "INCOMPLETE",
        UserStatus::UserCreated | UserStatus::UserTokenIssued => "APPLY",
    })
}

/// An inactive line beats what is due on it.
async fn of_line(at: &Moment, tx: &mut dyn Tx, line: &CreditLine) -> Result<&'static str> {
    if line.inactive(at.today()).is_some() {
        return Ok("INACTIVE");
    }
    for transaction in tx.transactions_of(line.id).await?.iter().filter(|one| one.status.is_drawn()) {
        let Some(loan) = tx.loan(transaction.id.into()).await? else { continue };
        let position = loan.position(at.today());
        let unpaid = position.installments.iter().filter(|installment| !installment.outstanding().is_zero());
        if unpaid.map(|one| one.row.due_day).any(|due| due.days_since(at.today()) <= DUE_DAYS_AHEAD) {
            return Ok("DUE");
        }
    }
    Ok("ACTIVE")
}

async fn of_application(at: &Moment, tx: &mut dyn Tx, application: &Application) -> Result<&'static str> {
    use LoanStatus as S;
    Ok(match application.status {
        S::FreshLoan | S::LoanDetailsSubmitted | S::KycProcessing | S::KycSuccess | S::KycRejected => "INCOMPLETE",
        S::LoanApproved | S::BankProcessing | S::BankFailed | S::BankAdded | S::SignAgreement => "APPROVED",
        S::LoanRejected => "REJECTED",
        S::Closed => "CLOSED",
        S::Cancelled => "CANCELLED",
        S::Disbursed => {
            if let Some(line) = tx.credit_line_of(application.tenant, application.user).await? {
                return of_line(at, tx, &line).await;
            }
            let Some(loan) = tx.loan(application.id.into()).await? else { return Ok("ACTIVE") };
            let today = at.today();
            let position = loan.position(today);
            let unpaid = position.installments.iter().filter(|installment| !installment.outstanding().is_zero());
            match unpaid.map(|installment| installment.row.due_day).min() {
                Some(due) if due < today => "OVERDUE",
                Some(due) if due.days_since(today) <= DUE_DAYS_AHEAD => "DUE",
                _ => "ACTIVE",
            }
        }
    })
}
