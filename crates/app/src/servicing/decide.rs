//! What a lender decides about a running loan: with a reason, and above an amount with a second person's agreement.

use async_trait::async_trait;
use qist_domain::change::Change;
use qist_domain::event::EntityType;
use qist_domain::id::{FactId, InstallmentId, LoanDecisionId, LoanId};
use qist_domain::loan::{Loan, NewTerms, Paid, Rescheduling, Waived};
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::save::save;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::loans::find::running;
use crate::ports::store::{LoanDecision, Reference, Tx};
use crate::run::{Command, Moment, Query};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Decision {
    Waive {
        installment_num: u32,
        charge: Paise,
        interest: Paise,
    },
    Reschedule {
        why: Rescheduling,
        terms: NewTerms,
    },
    WriteOff,
    /// The lender takes less than is owed; the money is here.
    Settle {
        amount: Paise,
        mode: String,
        reference: String,
    },
}

#[derive(Debug, Clone)]
pub struct AskDecision {
    pub loan: LoanId,
    pub decision: Decision,
    pub reason: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decided {
    pub id: LoanDecisionId,
    /// `done`, or `pending` where a second person has to agree.
    pub state: String,
    /// What is given up.
    pub amount: Paise,
}

#[async_trait]
impl Command for AskDecision {
    type Out = Decided;
    const OPERATION: &'static str = "ask_loan_decision";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Decided> {
        let (lender, person) = person(at)?;
        let (_, loan) = running(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        // What could not be done is not asked for.
        let (change, amount) = carried_out(at, loan, &self.decision, &self.reason)?;
        let lender_of = tx.lender(lender).await?.ok_or_else(|| Error::internal("a key of no lender"))?;
        let alone = amount <= lender_of.settings.one_person_paise && self.decision != Decision::WriteOff;
        let id = LoanDecisionId(at.uuid());
        let state = if alone { "done" } else { "pending" };
        tx.insert_loan_decision(&LoanDecision {
            id,
            loan: self.loan,
            lender,
            body: serde_json::to_string(&self.decision)?,
            reason: self.reason.clone(),
            amount,
            state: state.to_owned(),
            asked_by: person.clone(),
            asked_at: at.now,
            decided_by: alone.then_some(person),
            decided_at: alone.then_some(at.now),
        })
        .await?;
        if alone {
            claim(at, tx, &change, &self.decision).await?;
            save(at, tx, change).await?;
        }
        Ok(Decided { id, state: state.to_owned(), amount })
    }
}

/// A second person agrees, or does not.
#[derive(Debug, Clone)]
pub struct AnswerDecision {
    pub loan: LoanId,
    pub id: LoanDecisionId,
    pub agree: bool,
}

#[async_trait]
impl Command for AnswerDecision {
    type Out = Decided;
    const OPERATION: &'static str = "answer_loan_decision";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Decided> {
        let (_, person) = person(at)?;
        let (_, loan) = running(at, tx, self.loan).await?;
        let at = &at.of(tx, loan.tenant, loan.user).await?;
        let decisions = tx.loan_decisions(loan.id).await?;
        let asked = decisions.into_iter().find(|decision| decision.id == self.id);
        let asked = asked.ok_or(Code::LoanDecisionNotFound)?;
        if asked.asked_by == person && self.agree {
            return Err(Code::SamePerson.into());
        }
        let state = if self.agree { "done" } else { "refused" };
        if !tx.decide_loan_decision(self.id, state, &person, at.now).await? {
            return Err(
                Refusal::because(Code::LoanIllegalMove, format!("the decision is {} already", asked.state)).into()
            );
        }
        let mut amount = asked.amount;
        if self.agree {
            let decision: Decision = serde_json::from_str(&asked.body)?;
            let (change, now) = carried_out(at, loan, &decision, &asked.reason)?;
            amount = now;
            claim(at, tx, &change, &decision).await?;
            save(at, tx, change).await?;
        }
        Ok(Decided { id: self.id, state: state.to_owned(), amount })
    }
}

/// The change that a decision makes, and what the lender gives up by it.
fn carried_out(at: &Moment, loan: Loan, decision: &Decision, reason: &str) -> Result<(Change<Loan>, Paise)> {
    let fact = FactId(at.uuid());
    let today = at.today();
    let owed = |loan: &Loan| loan.position(today).principal_outstanding();
    let reason = reason.to_owned();
    Ok(match decision {
        Decision::Waive { installment_num, charge, interest } => {
            let (installment_num, charge, interest, principal) = (*installment_num, *charge, *interest, Paise::ZERO);
            let amount = charge.plus(interest).map_err(|_| Refusal::invalid("charge", "is too large"))?;
            (loan.waive(fact, Waived { installment_num, charge, interest, principal, reason }, today, at.now)?, amount)
        }
        Decision::Reschedule { why, terms } => {
            let planned = loan.rescheduled(*why, terms, reason, today)?;
            // Nothing is given up, but what is owed will come later or at another price: a due-date change alone is small.
            let alone = *why == Rescheduling::DueDateChange;
            let amount = if alone { Paise::ZERO } else { owed(&loan) };
            (loan.reschedule(fact, planned, || InstallmentId(at.uuid()), at.now)?, amount)
        }
        Decision::WriteOff => {
            let amount = owed(&loan);
            (loan.write_off(fact, reason, at.now)?, amount)
        }
        Decision::Settle { amount, mode, reference } => {
            let payoff = loan.payoff(qist_domain::loan::Acceleration::Settlement, today)?;
            let given_up = payoff.amount.minus(*amount).unwrap_or(Paise::ZERO);
            let (mode, reference, by) = (mode.clone(), reference.clone(), EntityType::Lender);
            let installment_num = loan.position(today).installments.first().map_or(0, |one| one.row.num);
            let paid = Paid { installment_num, amount: *amount, mode, reference, by };
            (loan.settle(|| FactId(at.uuid()), paid, &reason, at.now)?, given_up)
        }
    })
}

/// Money that a decision books is booked under its reference, once.
async fn claim(at: &Moment, tx: &mut dyn Tx, change: &Change<Loan>, decision: &Decision) -> Result<()> {
    let Decision::Settle { reference, amount, .. } = decision else { return Ok(()) };
    let loan = change.state();
    let Some((fact, _)) = loan.payment(reference) else { return Ok(()) };
    let digest = at.secrets.sha256(format!("settlement:{}:{}", loan.id, amount.get()).as_bytes());
    let (scope, reference) = (format!("lender:{}", loan.lender), reference.clone());
    let claimed = Reference { scope, reference, loan: loan.id, fact: fact.id, digest };
    if tx.claim_reference(&claimed).await? { Ok(()) } else { Err(Code::UtrReused.into()) }
}

/// Who asks: each key of a lender stands for one person.
fn person(at: &Moment) -> Result<(qist_domain::id::LenderId, String)> {
    match at.caller {
        Caller::Lender { lender, key } => Ok((lender, key.to_string())),
        _ => Err(Error::Unauthenticated),
    }
}

#[derive(Debug, Clone)]
pub struct ReadDecisions {
    pub loan: LoanId,
}

#[async_trait]
impl Query for ReadDecisions {
    type Out = Vec<LoanDecision>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<LoanDecision>> {
        at.lender_id()?;
        let (_, loan) = running(at, tx, self.loan).await?;
        tx.loan_decisions(loan.id).await
    }
}
