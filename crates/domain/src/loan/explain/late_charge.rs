//! What was charged for being late.

use super::{Derivation, Figure, Input, NONE, input, rounding, rupees, shown, sum};
use crate::day::Day;
use crate::loan::late::overdue;
use crate::loan::schedule::{Quote, too_large};
use crate::loan::{FactKind, Loan};
use crate::money::{Paise, Rounding, RoundingUnit};
use crate::product::{ContingentKind, Overdue};
use crate::refusal::{Code, Refusal};

/// The charges on an instalment, and what its rule has come to by the day.
pub(super) fn late_charge(quote: &Quote, num: u32, loan: Option<(&Loan, Day)>) -> Result<Derivation, Refusal> {
    let row = quote.row(num).ok_or(Code::InstallmentNotFound)?;
    let meaning = format!(
        "What was charged on the instalment due on {}: for being late, and for mandates that were not honoured.",
        row.due_day
    );
    let rule = quote.terms.contingent.iter().find(|charge| charge.kind == ContingentKind::LatePayment);
    let told = |inputs: Vec<Input>, conventions: Vec<String>, result: Paise| {
        let told = sum(&meaning, "lateCharge = Σ charges", inputs, conventions, result);
        Derivation { figure: Figure::LateCharge(num).name(), rounding: NONE.to_owned(), ..told }
    };
    let Some((loan, as_of)) = loan else {
        return Ok(told(Vec::new(), vec!["Nothing is charged before the money is paid out.".to_owned()], Paise::ZERO));
    };
    let mut inputs = Vec::new();
    let mut charged = Paise::ZERO;
    for fact in loan.facts.iter().filter(|fact| fact.value_day <= as_of) {
        if let FactKind::Charged { installment_num, amount, charge, .. } = &fact.kind
            && *installment_num == num
        {
            charged = charged.plus(*amount).map_err(too_large)?;
            inputs.push(input(charge.name(), format!("charged on {}", fact.value_day), rupees(*amount)));
        }
    }
    let mut conventions = vec![
        "A penal charge: never interest, never added to the principal, nothing is charged on it (RBI/2023-24/53)."
            .to_owned(),
    ];
    let Some(rule) = rule else {
        conventions.push("The Key Facts Statement has no charge for late payment.".to_owned());
        return Ok(told(inputs, conventions, charged));
    };
    let stretches = overdue(quote, &loan.facts, num, as_of);
    let one = |stretch: &Overdue| input("overdue", format!("for {} days", stretch.days), rupees(stretch.amount));
    inputs.extend(stretches.iter().map(one));
    let exact = rule.rule.exact(&stretches).map_err(too_large)?;
    let exact = if stretches.is_empty() { rust_decimal::Decimal::ZERO } else { exact };
    inputs.push(input("by the rule", format!("for what was overdue until {as_of}"), shown(exact)));
    conventions.push(format!("The rule of the Key Facts Statement: {}", serde_json::json!(rule.rule)));
    conventions.push(format!("What the rule comes to is rounded {}.", rounding(RoundingUnit::Paisa, Rounding::HalfUp)));
    Ok(told(inputs, conventions, charged))
}
