use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::loan::schedule_tests::{any_terms, terms};
use crate::product::{EmiMethod, Terms};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn contracts_offer() -> Quote {
    Quote::new(&terms(EmiMethod::FlatRate, "14.4", 700), Paise::from_rupees(6_500), 6, day("2021-01-03")).unwrap()
}

fn told(quote: &Quote, figure: &str) -> Derivation {
    explain(quote, Figure::from_name(figure).unwrap(), None).unwrap()
}

#[test]
fn a_figure_has_one_name() {
    for name in PLAIN.map(|(name, _)| name).into_iter().chain(["installment/3/interest", "lateCharge/2"]) {
        assert_eq!(Figure::from_name(name).unwrap().name(), name);
    }
    for name in
        ["", "EMI", "installment/3", "installment/+3/interest", "installment/3/tax", "lateCharge", "lateCharge/2/x"]
    {
        assert_eq!(Figure::from_name(name), None, "{name}");
    }
}

/// Why an EMI is 1161: 6,500 × 1.072 / 6 = 1161.33, to the rupee.
#[test]
fn the_contracts_emi_is_explained_with_its_unrounded_value() {
    let emi = told(&contracts_offer(), "emi");
    assert_eq!((emi.formula.as_str(), emi.unrounded.as_str()), ("EMI = P × (1 + ρ) / n", "1161.333333333333"));
    assert_eq!(
        (emi.rounding.as_str(), emi.result.as_str()),
        ("half up (a half away from zero) to the rupee", "1161.00")
    );
    let rho = emi.inputs.iter().find(|input| input.symbol == "ρ").unwrap();
    assert_eq!(rho.value, "0.072");
    let text = emi.text();
    assert!(text.starts_with("emi = 1161.00\n") && text.contains("P = 6500.00"), "{text}");
}

#[test]
fn the_other_figures_of_the_contracts_offer_are_explained() {
    let quote = contracts_offer();
    for (figure, result) in [
        ("disbursalAmount", "5674.00"),
        ("gst", "126.00"),
        ("processingFee", "700.00"),
        ("totalPayable", "6966.00"),
        ("totalInterest", "466.00"),
        ("apr", "74.35"),
        ("installment/3/interest", "77.67"),
        ("installment/3/amount", "1161.00"),
        ("installment/3/dueDate", "2021-04-05"),
        ("lateCharge/2", "0.00"),
    ] {
        assert_eq!(told(&quote, figure).result, result, "{figure}");
    }
    let due = told(&quote, "installment/3/dueDate");
    assert_eq!(due.unrounded, "2021-04-03", "a Saturday");
    let refusal = explain(&quote, Figure::Installment(7, Part::Amount), None).unwrap_err();
    assert_eq!(refusal.code, Code::InstallmentNotFound);
}

#[test]
fn what_this_engine_would_not_promise_is_not_explained() {
    let mut quote = contracts_offer();
    quote.rows[0].interest = Paise::new(1);
    assert_eq!(explain(&quote, Figure::Emi, None).unwrap_err().code, Code::FigureNotExplained);
}

/// Rounds what is said before rounding as it is said, and compares.
fn assert_follows(quote: &Quote, row: &super::super::Row) {
    let (again, working) = Quote::worked(&quote.terms, quote.amount, quote.tenure, quote.start).unwrap();
    let at = Explained { quote: &again, working: &working };
    let own = row.interest.minus(row.broken_interest).unwrap();
    let terms = &quote.terms;
    if row.num > 0 && terms.method != EmiMethod::FlatRate {
        let exact = at.factor(row.num).of(at.base(row).unwrap(), terms.interest_unit, terms.interest_rounding);
        assert_eq!(exact, Ok(own), "row {}", row.num);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn every_figure_of_every_loan_follows_from_what_is_said_of_it(
        terms in any_terms(), paise in 100_000i64..=100_000_000_000, tenure in 1u32..=24, offset in 0i64..=2_000,
    ) {
        let start = day("2024-01-01").plus_days(offset);
        if let Ok(quote) = Quote::new(&terms, Paise::new(paise), tenure, start) {
            for (name, figure) in PLAIN {
                let told = explain(&quote, figure, None).unwrap();
                prop_assert_eq!(&told.figure, name);
                prop_assert!(!told.formula.is_empty() && !told.inputs.is_empty());
            }
            emi_follows(&quote, &terms)?;
            for row in &quote.rows {
                assert_follows(&quote, row);
                for (_, part) in PARTS {
                    prop_assert!(explain(&quote, Figure::Installment(row.num, part), None).is_ok());
                }
            }
        }
    }
}

fn emi_follows(quote: &Quote, terms: &Terms) -> Result<(), TestCaseError> {
    let emi = explain(quote, Figure::Emi, None).unwrap();
    let unrounded: Decimal = emi.unrounded.parse().unwrap();
    let (unit, how) = match terms.method {
        EmiMethod::Bullet => (terms.interest_unit, terms.interest_rounding),
        _ => (terms.emi_unit, terms.emi_rounding),
    };
    let off = (Paise::round_from(unrounded, unit, how).unwrap().rupees() - quote.emi.rupees()).abs();
    // What is shown has twelve decimals: only where the value is that near to a tie may it fall to the other side.
    let near = Decimal::new(unit.paise(), 2);
    prop_assert!(
        off.is_zero() || off <= near && ((unrounded - quote.emi.rupees()).abs() <= near),
        "{} {}",
        emi.unrounded,
        emi.result
    );
    Ok(())
}
