use proptest::prelude::*;

use super::*;
use crate::calendar::{Calendar, Roll, Weekend};
use crate::product::Fee;

pub(crate) fn terms(method: EmiMethod, rate: &str, fee: i32) -> Terms {
    Terms {
        method,
        annual_rate: rate.parse().unwrap(),
        fee: Fee::Fixed { amount_paise: Paise::from_rupees(fee) },
        gst: "18".parse().unwrap(),
        emi_unit: RoundingUnit::Rupee,
        emi_rounding: Rounding::HalfUp,
        roll: Roll::Following,
        calendar: Calendar { weekend: Weekend::SatSun, holidays: vec![] },
        first_due_months: 1,
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The seed's Loan Offers sample; its decoding stands in the contract, section 2.
#[test]
fn the_contracts_offer_comes_out_to_the_rupee_and_to_the_day() {
    let quote =
        Quote::new(&terms(EmiMethod::FlatRate, "14.4", 700), Paise::from_rupees(6500), 6, day("2021-01-03")).unwrap();
    assert_eq!(quote.disbursal_amount, Paise::from_rupees(5674));
    assert_eq!(quote.total_payable, Paise::from_rupees(6966));
    let emis: Vec<_> = quote.rows.iter().map(|row| (row.due_day.to_string(), row.instalment())).collect();
    let expected = ["2021-02-03", "2021-03-03", "2021-04-05", "2021-05-03", "2021-06-03", "2021-07-05"];
    assert_eq!(emis, expected.map(|due| (due.to_owned(), Paise::from_rupees(1161))));
}

/// RBI's illustration: 20,000 at 15 % over 24 months; its unrounded instalment is 969.73.
#[test]
fn the_regulators_instalment_comes_out_to_the_paisa() {
    let mut terms = terms(EmiMethod::ReducingBalance, "15", 400);
    terms.emi_unit = RoundingUnit::Paisa;
    let quote = Quote::new(&terms, Paise::from_rupees(20_000), 24, day("2025-01-15")).unwrap();
    assert_eq!(quote.rows[0].instalment(), Paise::new(96_973));
    assert_eq!(quote.rows[0].interest, Paise::from_rupees(250));
}

#[test]
fn terms_that_cannot_be_repaid_are_refused_with_the_setting_that_helps() {
    let reducing = |rate: &str| terms(EmiMethod::ReducingBalance, rate, 0);
    // 1,000 at 48 % over 360 months: the rounded EMI of 40 is the first month's interest.
    let refusal = Quote::new(&reducing("48"), Paise::from_rupees(1000), 360, day("2024-01-01")).unwrap_err();
    assert!(refusal.message.contains("first month's interest"), "{refusal}");
    // 1,000 at 0 % over 360 months: 3 rupees a month close it in row 334.
    let refusal = Quote::new(&reducing("0"), Paise::from_rupees(1000), 360, day("2024-01-01")).unwrap_err();
    assert!(refusal.message.contains("before its last instalment"), "{refusal}");
    // 5 crore at 48 % over 360 months: the last EMI would be 1.81 crore.
    let refusal = Quote::new(&reducing("48"), Paise::from_rupees(50_000_000), 360, day("2024-01-01")).unwrap_err();
    assert!(refusal.message.contains("last instalment"), "{refusal}");
    let refusal = Quote::new(&terms(EmiMethod::FlatRate, "12", 1000), Paise::from_rupees(1100), 6, day("2024-01-01"))
        .unwrap_err();
    assert!(refusal.message.contains("fee"), "{refusal}");
}

#[test]
fn a_flat_loan_without_interest_still_returns_the_whole_principal() {
    let quote =
        Quote::new(&terms(EmiMethod::FlatRate, "0", 0), Paise::from_rupees(1000), 3, day("2024-01-01")).unwrap();
    let emis: Vec<_> = quote.rows.iter().map(Row::instalment).collect();
    assert_eq!(emis, [333, 333, 334].map(Paise::from_rupees));
}

proptest! {
    #[test]
    fn every_quote_keeps_the_invariants(
        paise in 100i64..=100_000_000_000, basis_points in 0u32..=6_000, tenure in 1u32..=120, flat in any::<bool>(), offset in 0i64..=2_000,
    ) {
        let method = if flat { EmiMethod::FlatRate } else { EmiMethod::ReducingBalance };
        let rate = Decimal::new(i64::from(basis_points), 2).to_string();
        let start = day("2024-01-01").plus_days(offset);
        if let Ok(quote) = Quote::new(&terms(method, &rate, 0), Paise::new(paise), tenure, start) {
            prop_assert_eq!(quote.rows.len(), tenure as usize);
            prop_assert_eq!(quote.rows.iter().map(|row| row.principal).sum::<Paise>(), quote.amount);
            prop_assert_eq!(quote.total_payable, quote.rows.iter().map(Row::instalment).sum::<Paise>());
            prop_assert_eq!(quote.total_payable.minus(quote.amount), Ok(quote.total_interest()));
            let mut balance = quote.amount;
            for (num, row) in (1..).zip(&quote.rows) {
                prop_assert_eq!((row.num, row.opening), (num, balance));
                prop_assert!(row.interest >= Paise::ZERO && row.principal.is_positive());
                balance = balance.minus(row.principal).unwrap();
            }
            prop_assert!(balance.is_zero());
            prop_assert!(quote.rows.windows(2).all(|pair| pair[0].due_day < pair[1].due_day));
            prop_assert!(quote.rows[0].due_day > start);
        }
    }
}
