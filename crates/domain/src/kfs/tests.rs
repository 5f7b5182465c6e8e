use super::*;
use crate::calendar::{Calendar, Weekend};
use crate::id::{LenderId, SourcingEntityId};
use crate::loan::schedule_tests::{any_terms, terms};
use crate::money::{Paise, RoundingUnit};
use crate::product::{ChargeKind, EmiMethod, Fee, Period, PeriodUnit, Terms, UpfrontCharge};
use crate::programme::{EntitySettings, LenderSettings};
use proptest::prelude::*;

fn lender() -> Lender {
    let settings = LenderSettings { legal_name: "Example Finance Limited".to_owned(), ..LenderSettings::default() };
    Lender { id: LenderId(uuid::Uuid::nil()), code: "example".to_owned(), name: "Example".to_owned(), settings }
}

fn facts_of(quote: Quote, issued_at: Instant, offer_days: i64) -> KeyFacts {
    let platform = SourcingEntity {
        id: SourcingEntityId(uuid::Uuid::nil()),
        code: "shop".to_owned(),
        name: "Shop".to_owned(),
        settings: EntitySettings::default(),
    };
    let new = NewKeyFacts {
        proposal_number: "FB1-1".to_owned(),
        application_number: "FB1".to_owned(),
        issued_at,
        offer_days,
        borrower: BorrowerKind::Personal,
        lender: &lender(),
        platform: &platform,
    };
    KeyFacts::new(new, quote).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// RBI/2024-25/18, Annex B: 20,000 at 15 % over 24 months, fees of 240 to the lender and 160 to others.
fn regulators_terms() -> Terms {
    let others = UpfrontCharge {
        kind: ChargeKind::Insurance,
        name: None,
        third_party: Some("An insurer".to_owned()),
        fee: Fee::Fixed { amount_paise: Paise::from_rupees(160) },
        gst: "0".parse().unwrap(),
    };
    Terms {
        gst: "0".parse().unwrap(),
        emi_unit: RoundingUnit::Paisa,
        charges: vec![others],
        ..terms(EmiMethod::ReducingBalance, "15", 240)
    }
}

#[test]
fn the_regulators_illustration_comes_out_row_by_row() {
    let quote = Quote::new(&regulators_terms(), Paise::from_rupees(20_000), 24, day("2025-01-15")).unwrap();
    let facts = facts_of(quote, day("2025-01-15").start(), 30);
    let figures = Figures::of(&facts.quote);
    assert_eq!(facts.apr.nominal, "17.07");
    assert_eq!((figures.fees_to_lender, figures.fees_to_others), (Paise::from_rupees(240), Paise::from_rupees(160)));
    assert_eq!(figures.net_disbursed, Paise::from_rupees(19_600));
    // The illustration prints 3,274 and 23,274: to the rupee.
    assert_eq!(figures.interest.get() / 100, 3_273);
    assert_eq!((figures.interest.get() + 50) / 100, 3_274);
    assert_eq!((figures.total_paid.get() + 50) / 100, 23_274);
    // Annex C to the rupee: 20000/720/250, 19280/729/241, 18552/738/232, …, the last one pays 958.
    let to_rupee = |paise: Paise| (paise.get() + 50) / 100;
    let row = |num| facts.quote.row(num).map(|row| [row.opening, row.principal, row.interest].map(to_rupee)).unwrap();
    assert_eq!([row(1), row(2), row(3)], [[20_000, 720, 250], [19_280, 729, 241], [18_552, 738, 232]]);
    assert_eq!(row(24), [958, 958, 12]);
}

#[test]
fn a_statement_stands_three_working_days_or_one_where_the_loan_is_short() {
    // Issued on a Thursday: Friday, Monday and Tuesday are the working days.
    let issued = day("2026-11-19").start().plus_seconds(60_000);
    let monthly = Quote::new(&terms(EmiMethod::FlatRate, "14.4", 700), Paise::from_rupees(6_500), 6, issued.day());
    assert_eq!(facts_of(monthly.clone().unwrap(), issued, 1).valid_until, day("2026-11-25").start());
    // The programme may let it stand longer.
    assert_eq!(facts_of(monthly.unwrap(), issued, 30).valid_until, issued.plus_seconds(30 * 86_400));
    let daily = Terms {
        period: Period { every: 1, unit: PeriodUnit::Days },
        calendar: Calendar::of(Weekend::None),
        ..terms(EmiMethod::FlatRate, "14.4", 0)
    };
    for (tenure, until) in [(6, "2026-11-21"), (7, "2026-11-23")] {
        let quote = Quote::new(&daily, Paise::from_rupees(6_500), tenure, issued.day()).unwrap();
        assert_eq!(facts_of(quote, issued, 0).valid_until, day(until).start(), "{tenure} days");
    }
}

/// Ninety percent of what is lent for days is gone at once: the rate of a day is thousands of percent, which no digits can
/// compound over a year, and still the statement needs its nominal rate alone.
#[test]
fn a_rate_that_cannot_be_compounded_is_left_out_and_refuses_nothing() {
    let daily = Terms {
        period: Period { every: 1, unit: PeriodUnit::Days },
        calendar: Calendar::of(Weekend::None),
        ..terms(EmiMethod::ReducingBalance, "36", 950)
    };
    let free_of_gst = Terms { gst: "0".parse().unwrap(), ..daily };
    let quote = Quote::new(&free_of_gst, Paise::from_rupees(1_000), 3, day("2024-01-01")).unwrap();
    let facts = facts_of(quote.clone(), day("2024-01-01").start(), 30);
    assert_eq!(facts.apr.effective, None);
    assert!(facts.apr.nominal.parse::<rust_decimal::Decimal>().unwrap() > rust_decimal::Decimal::from(100_000));
    let told = crate::loan::explain(&quote, crate::loan::Figure::Apr, None).unwrap();
    assert_eq!(told.result, facts.apr.nominal);
}

#[test]
fn another_day_of_the_money_is_another_version_and_another_term_another_proposal() {
    let terms = Terms { anchor_day: Some(5), ..terms(EmiMethod::ReducingBalance, "24", 500) };
    let quote = |terms: &Terms, start| Quote::new(terms, Paise::from_rupees(50_000), 12, day(start)).unwrap();
    let facts = facts_of(quote(&terms, "2026-11-20"), day("2026-11-20").start(), 30);
    let now = day("2026-11-23").start();
    assert_eq!(facts.paid_out(quote(&terms, "2026-11-20"), now), Ok(None));
    let later = facts.paid_out(quote(&terms, "2026-11-23"), now).unwrap().unwrap();
    assert_eq!((later.version, later.proposal_number.as_str(), later.issued_at), (2, "FB1-1", now));
    assert!(later.quote.broken_interest < facts.quote.broken_interest && later.apr != facts.apr);
    let dearer = Terms { annual_rate: "24.01".parse().unwrap(), ..terms };
    assert_eq!(facts.paid_out(quote(&dearer, "2026-11-23"), now).unwrap_err().code, Code::KfsReplaced);
}

#[test]
fn the_hash_is_of_the_text_that_is_kept_and_the_text_reads_back() {
    let quote = Quote::new(&regulators_terms(), Paise::from_rupees(20_000), 24, day("2025-01-15")).unwrap();
    let facts = facts_of(quote, day("2025-01-15").start(), 30);
    let statement = Statement::issue(facts.clone(), |bytes| bytes.len().to_string()).unwrap();
    assert_eq!(statement.sha256, statement.document.len().to_string());
    assert_eq!(serde_json::from_str::<KeyFacts>(&statement.document).unwrap(), facts);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn the_rows_of_annex_b_agree_with_each_other_and_with_annex_c(
        terms in any_terms(), paise in 100_000i64..=100_000_000_000, tenure in 1u32..=60, offset in 0i64..=2_000,
    ) {
        let start = day("2024-01-01").plus_days(offset);
        if let Ok(quote) = Quote::new(&terms, Paise::new(paise), tenure, start) {
            let figures = Figures::of(&quote);
            let taken: Paise = [
                figures.fees_to_lender, figures.fees_to_others, figures.upfront_interest, figures.advance,
                figures.net_disbursed,
            ].into_iter().sum();
            prop_assert_eq!(taken, figures.sanctioned);
            prop_assert_eq!(figures.total_paid, figures.instalments);
            prop_assert!(quote.regulators_apr().is_ok());
        }
    }
}
