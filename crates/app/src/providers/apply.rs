//! What an answer means: one place for all kinds. Runs inside the transaction that takes the answer out of the inbox.

use qist_domain::application::{Esign, LoanStatus};
use qist_domain::event::EntityType;
use qist_domain::id::{FactId, KycDocumentId, LoanId, MessageId, PaymentId};
use qist_domain::money::Paise;
use qist_domain::product::ContingentKind;
use qist_domain::refusal::Code;
use qist_domain::user::{Bureau, BureauStatus, User};

use super::job::{Task, enqueue};
use crate::applications::underwrite::underwrite_now;
use crate::error::{Error, Result};
use crate::journey::identity::qualify;
use crate::journey::view::Standing;
use crate::loans::disburse::disburse;
use crate::loans::repay::{RecordRepayment, record};
use crate::ports::connector::{Answer, Ask, ProviderKind};
use crate::ports::store::{Job, PaymentState, Tx};
use crate::run::Moment;
use crate::servicing::closing::CANCEL_MANDATE;
use crate::servicing::save::save;

pub(super) async fn apply(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let task: Task = serde_json::from_str(&job.payload)?;
    match task.provider() {
        Some(ProviderKind::Bureau) => bureau(at, tx, job, answer).await,
        Some(ProviderKind::DeviceInsights) => device(at, tx, job, answer).await,
        Some(ProviderKind::Gst) => gst(at, tx, job, answer).await,
        Some(ProviderKind::Kyc) => kyc(at, tx, job, answer).await,
        Some(ProviderKind::PennyDrop) => penny_drop(at, tx, job, answer).await,
        Some(ProviderKind::Mandate) => match task {
            Task::Ask(Ask::Debit { amount_paise, installment_num, .. }) => {
                debit(at, tx, job, answer, amount_paise, installment_num).await
            }
            Task::Ask(Ask::CancelMandate { .. }) => mandate_cancelled(at, tx, job, answer).await,
            _ => mandate(at, tx, job, answer).await,
        },
        Some(ProviderKind::Esign) => esign(at, tx, job, answer, task).await,
        Some(ProviderKind::Payout) => payout(at, tx, job, answer).await,
        Some(ProviderKind::Payment) => payment(at, tx, job, answer).await,
        Some(ProviderKind::Message) => message(at, tx, job, answer).await,
        None => Ok(()),
    }
}

async fn user_of(tx: &mut dyn Tx, job: &Job) -> Result<User> {
    tx.user(job.tenant, job.user).await?.ok_or_else(|| Error::internal(format!("job {} of no user", job.id)))
}

async fn application_of(tx: &mut dyn Tx, job: &Job) -> Result<qist_domain::application::Application> {
    let id = job.application.ok_or_else(|| Error::internal(format!("job {} of no application", job.id)))?;
    tx.application(job.tenant, id).await?.ok_or_else(|| Code::LoanNotFound.into())
}

async fn bureau(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let of = |status| Bureau { status, ..Bureau::default() };
    let bureau = match answer {
        Answer::BureauScore { score } if (300..=900).contains(&score) => {
            Bureau { score: Some(score), ..of(BureauStatus::Completed) }
        }
        Answer::BureauNoScore => of(BureauStatus::CompletedNoScore),
        Answer::BureauNoRecord => of(BureauStatus::RecordNotFound),
        Answer::BureauQuestion { question } => Bureau { question: Some(question), ..of(BureauStatus::Waiting) },
        Answer::Refused { reason } => Bureau { failure: Some(reason), ..of(BureauStatus::Failed) },
        other => {
            Bureau { failure: Some(format!("an answer that makes no sense: {other:?}")), ..of(BureauStatus::Failed) }
        }
    };
    let user = user_of(tx, job).await?;
    let Some(change) = user.bureau_answered(bureau) else { return Ok(()) };
    let user = change.state().clone();
    tx.save_user(change, at.now).await?;
    qualify(at, tx, user).await
}

async fn device(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let Answer::DeviceScore { fis_score } = answer else { return Ok(()) };
    if !is_fraction(&fis_score) {
        return Err(Error::internal("a device score that is not a decimal from 0 to 1"));
    }
    let user = user_of(tx, job).await?;
    let id = user.id;
    tx.save_user(user.device_insights(fis_score), at.now).await?;
    tx.forget_eligibility(id).await
}

fn is_fraction(text: &str) -> bool {
    let plain = text.len() <= 30 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    plain
        && (text == "1"
            || text.strip_prefix("0").is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && rest.len() > 1)))
}

async fn gst(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let user = user_of(tx, job).await?;
    let Some(change) = user.gst_answered(answer == Answer::GstConnected) else { return Ok(()) };
    let user = change.state().clone();
    tx.save_user(change, at.now).await?;
    qualify(at, tx, user).await
}

async fn kyc(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let document: KycDocumentId = job.subject.parse().map_err(Error::internal)?;
    let application = application_of(tx, job).await?;
    let change = match answer {
        Answer::KycVerified => application.verify_document(document, EntityType::System)?,
        Answer::KycRejected { reason } => application.reject_document(document, reason, EntityType::System)?,
        // Unclear, or the provider is out of reach: the lender looks at the document.
        _ => return Ok(()),
    };
    let passed = change.state().status == LoanStatus::KycSuccess;
    tx.save_application(change, at.now).await?;
    if passed {
        let application = application_of(tx, job).await?;
        underwrite_now(at, tx, application).await?;
    }
    Ok(())
}

async fn penny_drop(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let application = application_of(tx, job).await?;
    let user = user_of(tx, job).await?;
    // The money goes to the borrower's own account and to nobody else's (RBI/2025-26/36, paragraph 9).
    let verified = match answer {
        Answer::BankVerified { name_at_bank } if same_person(&name_at_bank, user.name.as_deref()) => Some(name_at_bank),
        _ => None,
    };
    tx.save_application(application.bank_answered(verified)?, at.now).await
}

/// Banks write names in capitals, with initials and in another order: one shared word of three letters or more is enough.
fn same_person(at_bank: &str, told: Option<&str>) -> bool {
    let words =
        |text: &str| text.to_uppercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>();
    // A name in another script cannot be compared; then the bank's word stands.
    let told = told.unwrap_or_default();
    if !told.is_ascii() {
        return true;
    }
    let at_bank = words(at_bank);
    words(told).iter().any(|word| word.len() >= 3 && at_bank.contains(word))
}

async fn mandate(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let application = application_of(tx, job).await?;
    let answer = match answer {
        Answer::MandateRegistered { umrn } => Ok(umrn),
        Answer::Refused { reason } => Err(reason),
        other => Err(format!("an answer that makes no sense: {other:?}")),
    };
    match application.mandate_answered(answer)? {
        Some(change) => tx.save_application(change, at.now).await,
        None => Ok(()),
    }
}

/// What fell due came by mandate, or bounced: then the charge of the Key Facts Statement is made, if it has one.
async fn debit(
    at: &Moment,
    tx: &mut dyn Tx,
    job: &Job,
    answer: Answer,
    amount: Paise,
    installment_num: u32,
) -> Result<()> {
    let application = application_of(tx, job).await?;
    let at = &at.of(tx, application.tenant, application.user).await?;
    // The subject of a drawdown's debit begins with the drawdown.
    let drawdown = job.subject.split_once('/').map(|(id, _)| id.parse::<LoanId>());
    let id = drawdown.transpose().map_err(Error::internal)?.unwrap_or(application.id.into());
    let loan = tx.loan(id).await?.ok_or(Code::NotDisbursed)?;
    match answer {
        Answer::PaymentSettled { utr } => {
            let (paid_at, reference, mode) = (at.now, utr, "mandate".to_owned());
            let repayment = RecordRepayment { loan: id, installment_num, amount, paid_at, mode, reference };
            let scope = format!("tenant:{}", job.tenant);
            record(at, tx, loan, &repayment, scope, EntityType::System).await.map(drop)
        }
        Answer::Refused { .. } => {
            match loan.charge(FactId(at.uuid()), installment_num, ContingentKind::Bounce, at.now) {
                Ok(change) => save(at, tx, change).await.map(drop),
                // No such charge is promised, the instalment was paid meanwhile, or the loan is over.
                Err(_) => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

async fn mandate_cancelled(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let application = application_of(tx, job).await?;
    let at = &at.of(tx, application.tenant, application.user).await?;
    if answer == Answer::MandateCancelled {
        tx.finish_closing_task(application.id, CANCEL_MANDATE, at.now, "the bank has confirmed the end").await?;
    }
    Ok(())
}

async fn esign(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer, task: Task) -> Result<()> {
    // A refused signature leaves the borrower where they were: a new OTP tries again.
    let (Answer::Esigned { reference }, Task::AskEsign { ip, .. }) = (answer, task) else { return Ok(()) };
    let application = application_of(tx, job).await?;
    let user = user_of(tx, job).await?;
    let standing = Standing::of(tx, user).await?;
    let id = application.id;
    let esign = Esign {
        signer: standing.user.name.clone().unwrap_or_default(),
        signed_at: at.now,
        ip,
        mobile_masked: standing.user.mobile.masked(),
        reference,
        draft_sha256: application.agreement.draft_sha256.clone().unwrap_or_default(),
    };
    tx.save_application(application.sign(esign, standing.programme.settings.needs_mandate)?, at.now).await?;
    enqueue(at, tx, &standing.user, Some(id), "", Task::MakeSignedAgreement).await?;
    Ok(())
}

async fn payout(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let utr = match answer {
        Answer::PaidOut { utr } => utr,
        // The job is marked as refused, so that the lender can ask again.
        Answer::Refused { .. } => return Ok(()),
        other => {
            tracing::error!(job = %job.id, "a payout was answered by what is no payout's answer: {other:?}");
            return Ok(());
        }
    };
    let application = application_of(tx, job).await?;
    // The amount that was asked for is that of the day on which it was asked for: interest taken at disbursal depends on it.
    // Jobs know everybody's time; the day is the customer's own.
    let ahead = at.of(tx, application.tenant, application.user).await?.today().days_since(at.today());
    disburse(at, tx, application, &utr, Some(job.created_at.day().plus_days(ahead))).await?;
    Ok(())
}

async fn payment(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    let id: PaymentId = job.subject.parse().map_err(Error::internal)?;
    let payment = tx.payment(id).await?.ok_or(Code::PaymentNotFound)?;
    match answer {
        Answer::PaymentSettled { utr } => {
            if !tx.settle_payment(id, PaymentState::Settled, None).await? {
                return Ok(());
            }
            let loan = tx.loan(payment.loan).await?.ok_or(Code::NotDisbursed)?;
            let at = &at.of(tx, loan.tenant, loan.user).await?;
            let repayment = RecordRepayment {
                loan: payment.loan,
                installment_num: payment.installment_num,
                amount: payment.amount,
                paid_at: at.now,
                mode: payment.method,
                reference: utr,
            };
            let scope = format!("tenant:{}", job.tenant);
            record(at, tx, loan, &repayment, scope, EntityType::Customer).await?;
            Ok(())
        }
        Answer::Refused { reason } => tx.settle_payment(id, PaymentState::Failed, Some(&reason)).await.map(|_| ()),
        _ => Ok(()),
    }
}

async fn message(at: &Moment, tx: &mut dyn Tx, job: &Job, answer: Answer) -> Result<()> {
    if answer == Answer::MessageSent {
        let id: MessageId = job.subject.parse().map_err(Error::internal)?;
        tx.mark_message_sent(id, at.now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_at_the_bank_is_the_borrowers_where_they_share_a_word() {
        assert!(same_person("MR ASHA K RAO", Some("Asha Rao")));
        assert!(!same_person("RAVI KUMAR", Some("Asha Rao")));
        assert!(same_person("KSHITIJ SHARMA", Some("क्षितिज शर्मा")));
    }

    #[test]
    fn a_device_score_is_a_decimal_from_zero_to_one() {
        for text in ["0", "1", "0.006962299255855537"] {
            assert!(is_fraction(text), "{text}");
        }
        for text in ["", "2", "1.1", "0.", "-0.1", "00.1", "1e-3", "NaN"] {
            assert!(!is_fraction(text), "{text}");
        }
    }
}
