//! The lender has paid out.

use async_trait::async_trait;
use qist_domain::application::{Application, LoanStatus, Offer};
use qist_domain::day::Day;
use qist_domain::id::{ApplicationId, FactId, InstallmentId, LenderId, LoanId};
use qist_domain::kfs::Statement;
use qist_domain::loan::{Borrowed, Fact, FactKind, Loan};
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use crate::applications::read::{accepted_offer, user_of};
use crate::error::{Error, Result};
use crate::ports::connector::Ask;
use crate::ports::store::{JobState, Reference, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::{Command, Moment};
use crate::servicing::save::save;

#[derive(Debug, Clone)]
pub struct RecordDisbursal {
    pub application: ApplicationId,
    pub utr: String,
    /// The day of the money; today where absent.
    pub day: Option<Day>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Disbursed {
    pub loan: LoanId,
    pub reference: FactId,
    /// Of the application, or of the drawdown.
    pub status: String,
}

#[async_trait]
impl Command for RecordDisbursal {
    type Out = Disbursed;
    const OPERATION: &'static str = "record_disbursal";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Disbursed> {
        let lender = at.lender_id()?;
        let application = tx.application_of_lender(lender, self.application).await?.ok_or(Code::LoanNotFound)?;
        disburse(at, tx, application, &self.utr, self.day).await
    }
}

/// Books the loan, on `day` or today. The same UTR for the same loan again answers the same; for another movement or another
/// day it is refused.
pub(crate) async fn disburse(
    at: &Moment,
    tx: &mut dyn Tx,
    application: Application,
    utr: &str,
    day: Option<Day>,
) -> Result<Disbursed> {
    let at = &at.of(tx, application.tenant, application.user).await?;
    let lender = application.lender.ok_or_else(|| Error::internal("an application without lender"))?;
    let id = application.id;
    if let Some(reference) = recorded(at, tx, lender, id.into(), utr, day).await? {
        return Ok(Disbursed { loan: id.into(), reference, status: application.status.name().to_owned() });
    }
    let day = day.unwrap_or(at.today());
    if let Some(loan) = tx.loan(id.into()).await?
        && loan.next_part().is_some()
    {
        return disburse_part(at, tx, application, loan, utr, day).await;
    }
    let offer = accepted_offer(tx, &application).await;
    let (tenant, user) = (application.tenant, application.user);
    let change = application.disburse()?;
    let offer = offer?;
    refuse_line(&offer)?;
    if day > at.today() {
        return Err(Refusal::invalid("disbursedOn", "must not be in the future").into());
    }
    if day < offer.created_at.day() {
        return Err(Refusal::invalid("disbursedOn", "must not be before the offer was made").into());
    }
    let status = change.state().status.name().to_owned();
    tx.save_application(change, at.now).await?;
    let of = Borrowed { application: id, transaction: None, tenant, user, lender };
    let fact = begin(at, tx, of, &offer, utr, day).await?;
    Ok(Disbursed { loan: id.into(), reference: fact, status })
}

/// The fact that a UTR was recorded for as this loan's disbursal; refused where it stands for another movement or another day.
pub(crate) async fn recorded(
    at: &Moment,
    tx: &mut dyn Tx,
    lender: LenderId,
    id: LoanId,
    utr: &str,
    day: Option<Day>,
) -> Result<Option<FactId>> {
    let Some(known) = tx.reference(&format!("lender:{lender}"), utr).await? else { return Ok(None) };
    let loan = tx.loan(id).await?;
    let booked = loan.and_then(|loan| loan.facts.iter().find(|fact| fact.id == known.fact).map(|fact| fact.value_day));
    if known.digest != digest(at, id) || day.is_some_and(|day| booked != Some(day)) {
        return Err(Code::UtrReused.into());
    }
    Ok(Some(known.fact))
}

/// The loan begins. Same terms, same amounts as were offered; the days are counted from the day of the money, and the borrower is
/// told what follows from them.
pub(crate) async fn begin(
    at: &Moment,
    tx: &mut dyn Tx,
    of: Borrowed,
    offer: &Offer,
    utr: &str,
    day: Day,
) -> Result<FactId> {
    let id = FactId(at.uuid());
    let quote = offer.quote().beginning_on(day)?;
    if let Some(facts) = offer.statement.facts.paid_out(quote.clone(), at.now)? {
        let restated = Statement::issue(facts, |bytes| at.secrets.sha256(bytes))?;
        tx.insert_statement(offer.id, &restated).await?;
    }
    let installment_ids = quote.rows.iter().map(|_| InstallmentId(at.uuid())).collect();
    let kind = FactKind::Disbursed { utr: utr.to_owned() };
    let paid_out = Fact { id, value_day: day, recorded_at: at.now, kind };
    let change = Loan::disburse(of, quote, installment_ids, paid_out)?;
    claim_utr(at, tx, of.lender, change.state().id, utr, id).await?;
    tx.save_loan(change, at.now).await?;
    Ok(id)
}

fn digest(at: &Moment, loan: LoanId) -> String {
    at.secrets.sha256(format!("disbursal:{loan}").as_bytes())
}

/// What was offered as a credit line is drawn on, and never paid out as a whole.
fn refuse_line(offer: &Offer) -> Result<(), Refusal> {
    match offer.line {
        None => Ok(()),
        Some(_) => Err(Refusal::because(
            Code::LoanIllegalMove,
            "this is a credit line: its drawdowns are paid out, each for itself",
        )),
    }
}

/// A UTR moves money of one loan, once.
async fn claim_utr(
    at: &Moment,
    tx: &mut dyn Tx,
    lender: LenderId,
    loan: LoanId,
    utr: &str,
    fact: FactId,
) -> Result<()> {
    let scope = format!("lender:{lender}");
    let claimed = Reference { scope, reference: utr.to_owned(), loan, fact, digest: digest(at, loan) };
    if tx.claim_reference(&claimed).await? { Ok(()) } else { Err(Code::UtrReused.into()) }
}

/// Books the next part of a loan whose money goes out in parts.
async fn disburse_part(
    at: &Moment,
    tx: &mut dyn Tx,
    application: Application,
    loan: Loan,
    utr: &str,
    day: Day,
) -> Result<Disbursed> {
    let id = application.id;
    let fact = FactId(at.uuid());
    let lender = loan.lender;
    let change = loan.disburse_part(fact, utr.to_owned(), day, at.now)?;
    claim_utr(at, tx, lender, id.into(), utr, fact).await?;
    // All of it may have been repaid before all of it went out.
    let status = save(at, tx, change).await?.to_owned();
    Ok(Disbursed { loan: id.into(), reference: fact, status })
}

/// Asks the payout provider to pay what the loan gives when it begins today; the answer, whenever it comes, books it on the day
/// that it was asked for.
#[derive(Debug, Clone)]
pub struct RequestPayout {
    pub application: ApplicationId,
}

#[async_trait]
impl Command for RequestPayout {
    type Out = LoanStatus;
    const OPERATION: &'static str = "request_payout";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LoanStatus> {
        let lender = at.lender_id()?;
        let application = tx.application_of_lender(lender, self.application).await?.ok_or(Code::LoanNotFound)?;
        let at = &at.of(tx, application.tenant, application.user).await?;
        let (part, amount_paise) = due_now(at, tx, &application).await?;
        let jobs = tx.jobs_of(application.id).await?.into_iter();
        let payouts: Vec<_> = jobs.filter(|job| job.kind == "ask:payout" && job.subject == part).collect();
        // Whether the money has left is known only of a refused one: the others may still pay, or may have.
        let under_way = payouts.iter().any(|job| job.state != JobState::Refused);
        // The next attempt's number can be claimed once, so of two requests at the same time one pays.
        let claim = Reference {
            scope: format!("payout:{}", application.id),
            reference: format!("{part}{}{}", if part.is_empty() { "" } else { "/" }, payouts.len()),
            loan: application.id.into(),
            fact: FactId(at.uuid()),
            digest: String::new(),
        };
        if under_way || !tx.claim_reference(&claim).await? {
            return Err(Refusal::because(Code::LoanIllegalMove, "a payout is under way already").into());
        }
        let bank = application.details.bank.as_ref().ok_or_else(|| Error::internal("a payout without bank account"))?;
        let ask = Ask::Payout {
            account_number: bank.account_number.to_string(),
            ifsc: bank.ifsc.to_string(),
            holder_name: bank.holder_name.clone(),
            amount_paise,
        };
        let user = user_of(tx, &application).await?;
        enqueue(at, tx, &user, Some(application.id), &part, Task::Ask(ask)).await?;
        Ok(application.status)
    }
}

/// What would be booked of a payout that is asked for now, and the number of its part: nothing for the first.
async fn due_now(at: &Moment, tx: &mut dyn Tx, application: &Application) -> Result<(String, Paise)> {
    if let Some(loan) = tx.loan(application.id.into()).await?
        && let Some((number, part)) = loan.next_part()
    {
        if part.day != at.today() {
            let why = format!("part {number} of the loan goes out on {}: ask for it on that day", part.day);
            return Err(Refusal::because(Code::LoanIllegalMove, why).into());
        }
        return Ok((number.to_string(), part.net));
    }
    // Asked of the table now, so that a payout that could not be booked is never sent.
    application.clone().disburse().map(drop)?;
    let offer = accepted_offer(tx, application).await?;
    refuse_line(&offer)?;
    let quote = offer.quote().beginning_on(at.today())?;
    Ok((String::new(), quote.parts.first().map_or(quote.disbursal_amount, |first| first.net)))
}
