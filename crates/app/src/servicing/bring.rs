//! Brings one loan through a day: what falls due, who is reminded, what is charged, which mandate is presented.

use qist_domain::application::{Application, MandateStatus};
use qist_domain::day::Day;
use qist_domain::id::{FactId, LoanId, TransactionId};
use qist_domain::loan::Doing;
use qist_domain::user::User;

use super::save::save;
use super::tell::tell;
use crate::error::{Error, Result};
use crate::ports::connector::Ask;
use crate::ports::store::Tx;
use crate::providers::job::{Task, enqueue};
use crate::run::Moment;

/// Does what the loan's next day brings, where that is `until` or earlier; whether there was such a day. `at` is in the
/// customer's own time.
pub(crate) async fn bring(at: &Moment, tx: &mut dyn Tx, id: LoanId, until: Day) -> Result<bool> {
    let loan = tx.loan(id).await?.ok_or_else(|| Error::internal(format!("loan {id} is gone")))?;
    let Some(day) = loan.next_day.filter(|day| *day <= until) else { return Ok(false) };
    let (tenant, user, application) = (loan.tenant, loan.user, loan.application);
    let transaction = loan.transaction();
    let Some(done) = loan.day_end(day, || FactId(at.uuid()), at.now)? else { return Ok(false) };
    save(at, tx, done.change).await?;
    if done.doings.is_empty() {
        return Ok(true);
    }
    let user = tx.user(tenant, user).await?.ok_or_else(|| Error::internal("a loan of no user"))?;
    let application = tx.application(tenant, application).await?;
    let application = application.ok_or_else(|| Error::internal("a loan without application"))?;
    let of = Of { user: &user, application: &application, transaction };
    for doing in done.doings {
        act(at, tx, of, doing, day).await?;
    }
    Ok(true)
}

/// Whose loan it is, and on what.
#[derive(Clone, Copy)]
struct Of<'a> {
    user: &'a User,
    application: &'a Application,
    /// For a drawdown on a credit line.
    transaction: Option<TransactionId>,
}

async fn act(at: &Moment, tx: &mut dyn Tx, of: Of<'_>, doing: Doing, day: Day) -> Result<()> {
    let Of { user, application, transaction } = of;
    let number = match transaction {
        None => application.number.clone(),
        Some(id) => {
            let found = tx.transaction(application.tenant, id).await?;
            found.map(|found| format!("for order {}", found.partner_txn_id)).unwrap_or_default()
        }
    };
    let text = match doing {
        Doing::Remind { installment_num, amount, due_day } => {
            let how =
                if has_mandate(application) { "It will be debited by your mandate." } else { "Please pay in time." };
            format!(
                "Instalment {installment_num} of loan {number}, Rs {}, is due on {due_day}. {how} A late payment may be charged as your Key Facts Statement says.",
                amount.with_paise()
            )
        }
        Doing::Present { installment_num, amount } => {
            return present(at, tx, of, installment_num, amount, day).await;
        }
        Doing::Overdue { installment_num, amount, since } => format!(
            "Instalment {installment_num} of loan {number}, Rs {}, was due on {since} and is not paid. Charges for late payment follow your Key Facts Statement.",
            amount.with_paise()
        ),
        Doing::FirstCharge { installment_num, amount } => format!(
            "Rs {} were charged on instalment {installment_num} of loan {number} for late payment, as your Key Facts Statement says.",
            amount.with_paise()
        ),
    };
    tell(at, tx, user, Some(application.id), text).await
}

fn has_mandate(application: &Application) -> bool {
    application.mandate.as_ref().is_some_and(|mandate| mandate.status == MandateStatus::Completed)
}

/// Asks the bank for what falls due. The job is the intent: whatever happens to the question, it is asked under one reference.
async fn present(
    at: &Moment,
    tx: &mut dyn Tx,
    of: Of<'_>,
    installment_num: u32,
    amount: qist_domain::money::Paise,
    day: Day,
) -> Result<()> {
    let Of { user, application, transaction } = of;
    let mandate = application.mandate.as_ref().filter(|mandate| mandate.status == MandateStatus::Completed);
    let Some(umrn) = mandate.and_then(|mandate| mandate.umrn.clone()) else { return Ok(()) };
    let bank = application.details.bank.as_ref();
    let account_number = bank.map(|bank| bank.account_number.to_string()).unwrap_or_default();
    let ask = Ask::Debit { umrn, account_number, amount_paise: amount, installment_num };
    let of = transaction.map(|id| format!("{id}/")).unwrap_or_default();
    let subject = format!("{of}{installment_num}:{day}");
    enqueue(at, tx, user, Some(application.id), &subject, Task::Ask(ask)).await?;
    Ok(())
}
