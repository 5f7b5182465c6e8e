//! A part of the principal is paid early.

use super::fact::{FactKind, Prepaid, PrepaymentEffect};
use super::replan::ToCome;
use super::schedule::too_large;
use super::{Loan, Row, fact};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::EntityType;
use crate::id::FactId;
use crate::money::Paise;
use crate::product::{ContingentKind, Overdue, percent_of};
use crate::refusal::{Code, Refusal};

/// What prepaying an amount would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepayment {
    pub amount: Paise,
    pub principal: Paise,
    pub charge: Paise,
    pub gst: Paise,
    pub effect: PrepaymentEffect,
    pub emi: Paise,
    /// The instalments to come.
    pub rows: Vec<Row>,
    /// All interest to come as it was, less as it would be.
    pub interest_saved: Paise,
}

impl Loan {
    /// What paying `amount` early on `day` would change. The charge of the Key Facts Statement, if there is one, is on the
    /// principal that is prepaid and on nothing else (RBI/2025-26/64): amount = principal + charge + GST.
    pub fn prepayment(&self, amount: Paise, effect: PrepaymentEffect, day: Day) -> Result<Prepayment, Refusal> {
        self.refuse_closed()?;
        let position = self.position(day);
        if position.written_off.is_some() {
            return Err(Refusal::because(Code::PrepaymentImpossible, "the loan is written off: pay its instalments"));
        }
        let arrears = position.arrears(day);
        if arrears.is_positive() {
            let why = format!("{arrears} are overdue: pay them first");
            return Err(Refusal::because(Code::PrepaymentImpossible, why));
        }
        if !amount.is_positive() {
            return Err(Refusal::invalid("amount", "must be more than zero"));
        }
        let to_come = ToCome::after(self, &position, day);
        self.refuse_in_parts(to_come.since, Code::PrepaymentImpossible)?;
        let (principal, charge, gst) = self.split_prepaid(amount)?;
        if principal >= to_come.owed() {
            let why =
                format!("must leave something of the {} that are owed: ask for a foreclosure quote", to_come.owed());
            return Err(Refusal::invalid("amount", why));
        }
        let (emi, rows) = to_come.less_principal(self, principal, day, effect)?;
        let interest = |rows: &[Row]| rows.iter().map(|row| row.interest).sum::<Paise>();
        let interest_saved = interest(&to_come.rows).minus(interest(&rows)).map_err(too_large)?;
        Ok(Prepayment { amount, principal, charge, gst, effect, emi, rows, interest_saved })
    }

    /// The largest principal whose charge and GST fit into the amount with it.
    fn split_prepaid(&self, amount: Paise) -> Result<(Paise, Paise, Paise), Refusal> {
        let Some(rule) = self.rule(ContingentKind::PartPrepayment) else {
            return Ok((amount, Paise::ZERO, Paise::ZERO));
        };
        let costs = |principal: Paise| -> Result<(Paise, Paise), Refusal> {
            let charge = rule.rule.on(&[Overdue { amount: principal, days: 0 }]).map_err(too_large)?;
            let gst = percent_of(charge, rule.gst).map_err(too_large)?;
            Ok((charge, gst))
        };
        let fits = |principal: Paise| -> Result<bool, Refusal> {
            let (charge, gst) = costs(principal)?;
            Ok(Paise::total([principal, charge, gst]).map_err(too_large)? <= amount)
        };
        let (mut most, mut too_much) = (0, amount.get() + 1);
        while most + 1 < too_much {
            let middle = most.midpoint(too_much);
            if fits(Paise::new(middle))? { most = middle } else { too_much = middle }
        }
        let principal = Paise::new(most);
        if most == 0 {
            return Err(Refusal::invalid("amount", "must be more than its charge"));
        }
        let (charge, gst) = costs(principal)?;
        // What a paisa of rounding leaves over is principal.
        let rest = amount.minus(Paise::total([principal, charge, gst]).map_err(too_large)?).map_err(too_large)?;
        Ok((principal.plus(rest).map_err(too_large)?, charge, gst))
    }

    pub fn prepay(
        self,
        id: FactId,
        paid: super::Paid,
        effect: PrepaymentEffect,
        value_day: Day,
        now: Instant,
    ) -> Result<Change<Loan>, Refusal> {
        self.refuse_closed()?;
        let today = now.day();
        self.refuse_day("paymentDate", value_day, today)?;
        if self.facts.iter().any(|fact| fact.kind.new_rows().is_some() && fact.value_day > value_day) {
            return Err(Refusal::invalid("paymentDate", "must not be before the last change of the instalments"));
        }
        let by: EntityType = paid.by;
        let Prepayment { amount, principal, charge, gst, effect, emi, rows, .. } =
            self.prepayment(paid.amount, effect, value_day)?;
        let (mode, reference) = (paid.mode, paid.reference);
        let prepaid = Prepaid { amount, principal, charge, gst, effect, mode, reference, by, emi, rows };
        self.add(fact(id, value_day, now, FactKind::Prepaid(prepaid)), today, by)
    }
}
