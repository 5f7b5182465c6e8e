use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::loan::schedule_tests::{any_terms, parts, terms};
use crate::product::{BrokenPeriod, EmiMethod, Fee, InterestDays, RateBasis, Terms};
use crate::ratio::Ratio;

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
    for name in PLAIN.map(|(name, _)| name).into_iter().chain(["installment/3/interest", "lateCharge/2", "disbursal/2"])
    {
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
        // All of one denominator, so that the sum is rounded once.
        let sum = at.costs(row).unwrap().into_iter().fold(Ratio::ZERO, |sum, (amount, cost)| {
            sum.plus(Ratio::new(amount.get().into(), 1).times(cost).unwrap()).unwrap()
        });
        let exact = sum.of(Paise::new(1), terms.interest_unit, terms.interest_rounding);
        assert_eq!(exact, Ok(own), "row {}", row.num);
    }
}

/// What a sum comes to from the inputs that it names, each taken once; `None` for what is no sum.
fn summed(told: &Derivation) -> Option<Decimal> {
    if told.rounding != NONE {
        return None;
    }
    let (_, formula) = told.formula.split_once(" = ")?;
    let formula = formula.split(": ").next()?.replace(" − ", "\n−").replace(" + ", "\n+");
    let mut left = told.inputs.clone();
    let mut sum = Decimal::ZERO;
    for term in formula.lines() {
        let (sign, symbol) = match term.strip_prefix('−') {
            Some(symbol) => (Decimal::NEGATIVE_ONE, symbol.trim()),
            None => (Decimal::ONE, term.trim_start_matches('+').trim()),
        };
        if symbol == "0" {
            continue;
        }
        let at = left.iter().position(|input| input.symbol == symbol)?;
        sum += sign * left.remove(at).value.parse::<Decimal>().unwrap();
    }
    Some(sum)
}

/// A sum is what its inputs make, and an input that names a figure has that figure's result.
fn follows_from_its_inputs(quote: &Quote, told: &Derivation) -> Result<(), TestCaseError> {
    if let Some(sum) = summed(told) {
        prop_assert_eq!(sum, told.result.parse::<Decimal>().unwrap(), "{}", told.text());
    }
    for input in &told.inputs {
        if let Some(figure) = &input.figure {
            let named = self::told(quote, figure);
            prop_assert_eq!(&named.result, &input.value, "{} in {}", figure, told.text());
            prop_assert!(*figure != told.figure);
        }
    }
    Ok(())
}

#[test]
fn a_sum_of_the_inputs_is_found_by_its_formula() {
    let mut amount = told(&contracts_offer(), "disbursalAmount");
    assert_eq!(summed(&amount), Some(Decimal::from(5674)));
    amount.formula = "disbursalAmount = fee − amount + GST: not so".to_owned();
    assert_eq!(summed(&amount), Some(Decimal::from(-5674)));
    assert_eq!(summed(&told(&contracts_offer(), "emi")), None);
}

#[test]
fn a_loan_in_parts_tells_which_part_costs_what() {
    let disbursals = parts(&[("40", 0), ("", 10)]);
    let terms = Terms { disbursals, rate_basis: RateBasis::Actual365, ..terms(EmiMethod::ReducingBalance, "36.5", 0) };
    let quote = Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2024-01-01")).unwrap();
    let interest = told(&quote, "installment/1/interest");
    // 4,000 for 31 days and 6,000 for 21, at a tenth of a percent a day.
    assert_eq!((interest.unrounded.as_str(), interest.result.as_str()), ("250", "250.00"));
    assert_eq!(interest.formula, "interest = (outstanding − part 2) × rate of the period + part 2 × rate 2");
    assert_eq!(told(&quote, "installment/1/outstanding").formula, "outstanding = part 1 + part 2");
    assert_eq!(told(&quote, "disbursal/1").formula, "part = amount × percent / 100");
    assert_eq!(told(&quote, "disbursal/2").formula, "part = amount − part 1");
    assert!(conventions(&told(&quote, "disbursal/2")).contains("10 days after the first"));
    assert_eq!(told(&quote, "emi").formula, "EMI = (P + L) / Σ 1 / ((1 + r₁) … (1 + rₖ))");
    for (quote, num) in [(&quote, 3), (&contracts_offer(), 1)] {
        assert_eq!(explain(quote, Figure::Disbursal(num), None).unwrap_err().code, Code::InvalidField);
    }
}

fn conventions(told: &Derivation) -> String {
    told.conventions.join(" ")
}

#[test]
fn an_instalment_follows_from_the_emi_by_its_method() {
    let quote = |terms: &Terms| Quote::new(terms, Paise::from_rupees(10_000), 6, day("2024-01-20")).unwrap();
    for (method, amount, principal) in [
        (EmiMethod::FlatRate, "amount = EMI", "principal = amount − interest"),
        (EmiMethod::ReducingBalance, "amount = EMI", "principal = amount − interest"),
        (EmiMethod::EqualPrincipal, "amount = principal + interest", "principal = part"),
        (EmiMethod::Bullet, "amount = principal + interest", "principal = 0"),
    ] {
        let quote = quote(&terms(method, "24", 0));
        let (amount_told, principal_told) =
            (told(&quote, "installment/2/amount"), told(&quote, "installment/2/principal"));
        assert_eq!((amount_told.formula.as_str(), principal_told.formula.as_str()), (amount, principal));
        assert!(
            conventions(&amount_told).contains(method.name()) && conventions(&principal_told).contains(method.name())
        );
    }
    let equal = quote(&terms(EmiMethod::EqualPrincipal, "24", 0));
    assert_eq!(
        told(&equal, "emi").meaning,
        "The regular part of the principal; each instalment has its interest besides."
    );
    let by_itself = Terms { anchor_day: Some(5), ..terms(EmiMethod::ReducingBalance, "24", 0) };
    assert_eq!(told(&quote(&by_itself), "installment/1/amount").formula, "amount = EMI + broken");
    assert_eq!(
        told(&quote(&by_itself), "installment/6/amount").formula,
        "amount = outstanding + interest: the last instalment pays all that is left"
    );
}

#[test]
fn interest_that_was_capitalised_is_seen_where_it_is_paid() {
    let broken =
        |method| Terms { anchor_day: Some(5), broken_period: BrokenPeriod::Capitalised, ..terms(method, "24", 0) };
    let quote = |method| Quote::new(&broken(method), Paise::from_rupees(10_000), 6, day("2024-01-20")).unwrap();
    let reducing = quote(EmiMethod::ReducingBalance);
    let principal = told(&reducing, "installment/1/principal");
    assert!(conventions(&principal).contains("was added to what is owed"), "{}", principal.text());
    let interest = told(&reducing, "installment/1/interest");
    assert_eq!(interest.formula, "interest = (outstanding + broken) × rate of the period + broken");
    assert_eq!(told(&quote(EmiMethod::Bullet), "installment/1/principal").formula, "principal = 0 − broken");
    assert_eq!(told(&quote(EmiMethod::EqualPrincipal), "installment/1/principal").formula, "principal = part − broken");
}

#[test]
fn a_due_day_is_counted_from_the_first() {
    let terms = Terms { anchor_day: Some(5), first_due_periods: 2, ..terms(EmiMethod::ReducingBalance, "24", 0) };
    let quote = Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2024-01-20")).unwrap();
    let due = told(&quote, "installment/3/dueDate");
    assert_eq!(due.formula, "due day = first due day + (k − 1) periods, moved to a business day");
    let first = due.inputs.iter().find(|input| input.symbol == "first due day").unwrap();
    assert_eq!((first.value.as_str(), due.unrounded.as_str()), ("2024-04-05", "2024-06-05"));
    assert!(conventions(&due).contains("the first day 5 of a month that is at least 2 periods after the disbursal"));
    let pre_emi = Terms { broken_period: BrokenPeriod::PreEmi, interest_days: InterestDays::Rolled, ..terms };
    let quote = Quote::new(&pre_emi, Paise::from_rupees(10_000), 6, day("2024-02-20")).unwrap();
    // The 5th of May 2024 is a Sunday; the one before the first due day, the 5th of April, is a Friday.
    assert_eq!(told(&quote, "installment/0/dueDate").unrounded, "2024-04-05");
}

#[test]
fn a_fee_says_which_bound_held() {
    let fee = |min, max| Fee::Percent {
        percent: "2".parse().unwrap(),
        min_paise: Paise::from_rupees(min),
        max_paise: Paise::from_rupees(max),
    };
    for (fee, unrounded, says) in [
        (fee(500, 900), "500", "The minimum holds"),
        (fee(0, 100), "100", "The maximum holds"),
        (fee(0, 900), "200", ""),
    ] {
        let terms = Terms { fee, ..terms(EmiMethod::ReducingBalance, "24", 0) };
        let quote = Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2024-01-20")).unwrap();
        let told = told(&quote, "processingFee");
        assert_eq!(told.unrounded, unrounded);
        assert!(conventions(&told).contains(says) && (!says.is_empty() || !conventions(&told).contains("holds")));
    }
}

#[test]
fn interest_that_is_waived_is_nothing_before_rounding_too() {
    let terms = Terms {
        anchor_day: Some(5),
        broken_period: BrokenPeriod::Waived,
        ..terms(EmiMethod::ReducingBalance, "24", 0)
    };
    let quote = Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2024-01-20")).unwrap();
    let broken = told(&quote, "brokenInterest");
    assert_eq!(
        (broken.unrounded.as_str(), broken.result.as_str(), broken.formula.as_str()),
        ("0.00", "0.00", "broken = 0")
    );
}

#[test]
fn a_subvention_is_told_between_what_is_received_and_what_is_paid_out() {
    let subvention = Fee::Fixed { amount_paise: Paise::from_rupees(100) };
    let quote = Quote::new(
        &Terms { subvention, ..terms(EmiMethod::ReducingBalance, "24", 0) },
        Paise::from_rupees(10_000),
        6,
        day("2024-01-20"),
    );
    let apr = told(&quote.unwrap(), "apr");
    let values: Vec<_> = apr.inputs[..3].iter().map(|input| (input.symbol.as_str(), input.value.as_str())).collect();
    assert_eq!(values, [("received", "10000.00"), ("paid out", "9882.00"), ("subvention", "118.00")]);
    assert_eq!(apr.inputs[1].figure.as_deref(), Some("disbursalAmount"));
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
                follows_from_its_inputs(&quote, &told)?;
            }
            emi_follows(&quote, &terms)?;
            for num in (1..).take(quote.parts.len()) {
                follows_from_its_inputs(&quote, &explain(&quote, Figure::Disbursal(num), None).unwrap())?;
            }
            for row in &quote.rows {
                assert_follows(&quote, row);
                for (_, part) in PARTS {
                    let told = explain(&quote, Figure::Installment(row.num, part), None).unwrap();
                    follows_from_its_inputs(&quote, &told)?;
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
