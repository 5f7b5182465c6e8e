//! What takes back: reversals of payments, waivers, refunds; and giving up.

use super::fact::{FactKind, Waived};
use super::{Loan, fact};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::EntityType;
use crate::id::FactId;
use crate::money::Paise;
use crate::product::Part;
use crate::refusal::{Code, Refusal};

impl Loan {
    /// The payment that was recorded as `payment` did not stand. From then on it counts as never made, so that days past due are
    /// those that there were without it.
    pub fn reverse(self, id: FactId, payment: FactId, reason: String, now: Instant) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let Some(paid) = self.facts.iter().find(|fact| fact.id == payment) else {
            return Err(Code::PaymentNotFound.into());
        };
        let reversed = |fact: &super::Fact| matches!(&fact.kind, FactKind::Reversed { fact, .. } if *fact == payment);
        if self.facts.iter().any(reversed) {
            return Err(Code::PaymentReversed.into());
        }
        match &paid.kind {
            FactKind::Paid(_) => {}
            FactKind::Prepaid(_) => {
                let later = |fact: &&super::Fact| fact.kind.new_rows().is_some() && fact.rank() > paid.rank();
                if self.facts.iter().any(|fact| later(&fact)) {
                    return Err(Refusal::because(
                        Code::ReversalImpossible,
                        "the instalments were changed again after this prepayment",
                    ));
                }
            }
            _ => return Err(Refusal::because(Code::ReversalImpossible, "only a payment can be reversed")),
        }
        let (today, value_day) = (now.day(), paid.value_day.max(now.day()));
        let mut without = self.clone();
        without.facts.push(fact(id, value_day, now, FactKind::Reversed { fact: payment, reason: reason.clone() }));
        if without.position(today).excess < Paise::ZERO {
            return Err(Refusal::because(Code::ReversalImpossible, "a part of this payment was refunded"));
        }
        self.add(fact(id, value_day, now, FactKind::Reversed { fact: payment, reason }), today, EntityType::Lender)
    }

    /// Lets the borrower off a part of what an instalment still lacks.
    pub fn waive(self, id: FactId, waived: Waived, value_day: Day, now: Instant) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let today = now.day();
        self.refuse_day("valueDate", value_day, today)?;
        let position = self.position(today);
        let one = position.installment(waived.installment_num).ok_or(Code::InstallmentNotFound)?;
        for (field, amount, part) in [
            ("charge", waived.charge, Part::Charge),
            ("interest", waived.interest, Part::Interest),
            ("principal", waived.principal, Part::Principal),
        ] {
            let due = one.due(part);
            if amount < Paise::ZERO || amount > due.max(Paise::ZERO) {
                return Err(Refusal::invalid(
                    field,
                    format!("must not be negative, nor more than the {due} that are due"),
                ));
            }
        }
        if waived.interest.is_zero() && waived.charge.is_zero() && waived.principal.is_zero() {
            return Err(Refusal::invalid("amount", "something has to be waived"));
        }
        self.add(fact(id, value_day, now, FactKind::Waived(waived)), today, EntityType::Lender)
    }

    /// Money that was held for dues to come has gone back to the borrower. A closed loan may still hold some.
    pub fn refund(self, id: FactId, amount: Paise, reference: String, now: Instant) -> Result<Change<Loan>, Refusal> {
        let today = now.day();
        let held = self.position(today.max(self.booked_day)).excess;
        if !amount.is_positive() || amount > held {
            return Err(Refusal::invalid(
                "amount",
                format!("must be more than zero and at most the {held} that are held"),
            ));
        }
        self.add(fact(id, today, now, FactKind::Refunded { amount, reference }), today, EntityType::Lender)
    }

    /// The lender gives the loan up in its books. What comes in later is a recovery.
    pub fn write_off(self, id: FactId, reason: String, now: Instant) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let today = now.day();
        if self.position(today).written_off.is_some() {
            return Err(Refusal::because(Code::LoanIllegalMove, "the loan is written off already"));
        }
        self.add(fact(id, today, now, FactKind::WrittenOff { reason }), today, EntityType::Lender)
    }

    /// The borrower's account with the lender became non-performing, or standard again; nothing where it is so already.
    pub fn classify(self, id: FactId, npa: bool, now: Instant) -> Result<Option<Change<Loan>>, Refusal> {
        let today = now.day();
        if self.closed_day.is_some() || self.position(today.max(self.booked_day)).npa == npa {
            return Ok(None);
        }
        self.add(fact(id, today, now, FactKind::Classified { npa }), today, EntityType::System).map(Some)
    }
}
