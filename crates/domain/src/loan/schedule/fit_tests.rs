use super::*;
use crate::product::MonthEnd;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn observed(terms: &Terms, rupees: i32, tenure: u32, start: &str) -> Vec<Observed> {
    let quote = Quote::new(terms, Paise::from_rupees(rupees), tenure, day(start)).unwrap();
    quote.rows.iter().map(Observed::from).collect()
}

fn terms(method: EmiMethod, rate: &str) -> Terms {
    Terms::new(method, rate.parse().unwrap())
}

#[test]
fn the_contracts_schedule_is_found_with_its_rate_and_calendar() {
    let rows = observed(&terms(EmiMethod::FlatRate, "14.4"), 6500, 6, "2021-01-03");
    let fit = fit(&rows, Known { annual_rate: Some("14.4".parse().unwrap()), ..Known::default() }).unwrap();
    assert_eq!(fit.difference, None);
    let terms = &fit.quote.terms;
    assert_eq!(
        (terms.method, terms.roll, terms.calendar.weekend),
        (EmiMethod::FlatRate, Roll::Following, Weekend::SatSun)
    );
}

#[test]
fn settings_are_found_from_the_rows_alone() {
    let plain = terms(EmiMethod::ReducingBalance, "15.75");
    for (name, terms) in [
        ("plain", plain.clone()),
        ("to the paisa", Terms { emi_unit: RoundingUnit::Paisa, ..plain.clone() }),
        ("up to ten rupees", Terms { emi_unit: RoundingUnit::Rupees(10), emi_rounding: Rounding::Up, ..plain.clone() }),
        ("by days", Terms { rate_basis: RateBasis::Actual365, ..plain.clone() }),
        (
            "by days that are moved",
            Terms { rate_basis: RateBasis::ActualActual, interest_days: InterestDays::Rolled, ..plain.clone() },
        ),
        ("the first bears it", Terms { remainder: Some(Remainder::First), ..plain.clone() }),
        ("equal principal", Terms { method: EmiMethod::EqualPrincipal, ..plain.clone() }),
        (
            "fortnightly",
            Terms { period: Period { every: 2, unit: PeriodUnit::Weeks }, roll: Roll::None, ..plain.clone() },
        ),
        ("the other weekend", Terms { calendar: Calendar::of(Weekend::Sun), roll: Roll::Preceding, ..plain.clone() }),
    ] {
        let rows = observed(&terms, 250_000, 24, "2023-03-10");
        let fit = fit(&rows, Known::default()).unwrap();
        assert_eq!(fit.difference, None, "{name}: {:?}", fit.quote.terms);
        assert_eq!(fit.quote.terms.annual_rate.to_string(), "15.75", "{name}");
    }
}

#[test]
fn a_broken_period_is_found_when_the_disbursal_is_known() {
    for broken_period in [BrokenPeriod::FirstEmi, BrokenPeriod::Capitalised, BrokenPeriod::Spread, BrokenPeriod::Waived]
    {
        let terms = Terms { anchor_day: Some(5), broken_period, ..terms(EmiMethod::ReducingBalance, "18") };
        let rows = observed(&terms, 80_000, 12, "2024-01-20");
        let known = Known { start: Some(day("2024-01-20")), annual_rate: Some("18".parse().unwrap()) };
        let fit = fit(&rows, known).unwrap();
        assert_eq!((fit.difference, fit.quote.terms.broken_period), (None, broken_period));
    }
}

#[test]
fn the_first_row_that_no_setting_makes_is_named() {
    let mut rows = observed(&terms(EmiMethod::ReducingBalance, "12"), 100_000, 12, "2024-01-10");
    rows[6].interest = rows[6].interest.plus(Paise::from_rupees(3)).unwrap();
    let fit = fit(&rows, Known { annual_rate: Some("12".parse().unwrap()), ..Known::default() }).unwrap();
    let difference = fit.difference.unwrap();
    assert_eq!((difference.row, difference.theirs), (7, rows[6]));
    assert_eq!(difference.ours.unwrap().principal, rows[6].principal);
}

#[test]
fn rows_that_are_no_schedule_are_refused_by_name() {
    let row = |due: &str, principal, interest| Observed {
        due_day: day(due),
        principal: Paise::from_rupees(principal),
        interest: Paise::from_rupees(interest),
    };
    for (rows, field) in [
        (vec![], "schedule"),
        (vec![row("2024-01-05", 10, 1), row("2024-01-05", 10, 1)], "date"),
        (vec![row("2024-01-05", 10, -1)], "interest"),
        (vec![row("2024-01-05", -10, 1)], "principal"),
    ] {
        assert_eq!(fit(&rows, Known::default()).unwrap_err().field.as_deref(), Some(field));
    }
}

#[test]
fn month_ends_are_recognised() {
    let terms = Terms { month_end: MonthEnd::LastDay, roll: Roll::None, ..terms(EmiMethod::ReducingBalance, "12") };
    let rows = observed(&terms, 100_000, 14, "2024-01-31");
    assert_eq!(fit(&rows, Known::default()).unwrap().difference, None);
}
