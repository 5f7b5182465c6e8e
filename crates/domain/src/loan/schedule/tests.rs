use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::*;
use crate::calendar::{Calendar, Roll, Weekend};
use crate::product::{
    ChargeKind, DisbursalPart, EmiMethod, Fee, GstMode, InterestDays, MonthEnd, Moratorium, MoratoriumInterest,
    PartDay, PartShare, Period, PeriodUnit, RateBasis, Remainder, TakenCharge, UpfrontCharge,
};

pub(crate) fn terms(method: EmiMethod, rate: &str, fee: i32) -> Terms {
    Terms {
        fee: Fee::Fixed { amount_paise: Paise::from_rupees(fee) },
        gst: "18".parse().unwrap(),
        ..Terms::new(method, rate.parse().unwrap())
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
    // 1,000 at 48 % over 360 months: the rounded EMI of 40 is the first period's interest.
    let refusal = Quote::new(&reducing("48"), Paise::from_rupees(1000), 360, day("2024-01-01")).unwrap_err();
    assert!(refusal.message.contains("first period's interest"), "{refusal}");
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

/// RBI/2024-25/18, Annex B: 20,000 at 15 % over 24 months with fees of 400 costs 17.07 %, computed from the unrounded
/// instalment. An EMI of 970 costs the same, because the last instalment is the smaller for it.
#[test]
fn the_regulators_apr_comes_out_to_the_second_decimal() {
    let apr = |unit| {
        let mut terms = terms(EmiMethod::ReducingBalance, "15", 400);
        (terms.gst, terms.emi_unit) = ("0".parse().unwrap(), unit);
        let quote = Quote::new(&terms, Paise::from_rupees(20_000), 24, day("2025-01-15")).unwrap();
        assert_eq!(quote.disbursal_amount, Paise::from_rupees(19_600));
        quote.apr().unwrap()
    };
    let exact = apr(RoundingUnit::Paisa);
    assert_eq!(exact.regulators.nominal.round_dp(2).to_string(), "17.07");
    assert_eq!(exact.regulators.effective_shown().as_deref(), Some("18.47"));
    assert_eq!(apr(RoundingUnit::Rupee).regulators.nominal.round_dp(2).to_string(), "17.07");
}

/// The flat rates of the field and what they are as reducing ones.
#[test]
fn a_flat_rate_costs_nearly_twice_its_name() {
    for (rate, months, nominal) in [("10", 12, "17.97"), ("10", 24, "18.16"), ("12", 36, "21.20"), ("14.4", 6, "24.28")]
    {
        let terms = Terms { emi_unit: RoundingUnit::Paisa, ..terms(EmiMethod::FlatRate, rate, 0) };
        let quote = Quote::new(&terms, Paise::from_rupees(1_000_000), months, day("2024-01-01")).unwrap();
        assert_eq!(quote.apr().unwrap().regulators.nominal.round_dp(2).to_string(), nominal, "{rate} % over {months}");
    }
}

/// The contract's offer: 5,674 received, six EMIs of 1,161.
#[test]
fn the_contracts_offer_costs_seventy_four_percent() {
    let quote =
        Quote::new(&terms(EmiMethod::FlatRate, "14.4", 700), Paise::from_rupees(6500), 6, day("2021-01-03")).unwrap();
    let apr = quote.apr().unwrap();
    assert_eq!(
        (apr.regulators.shown().as_str(), apr.regulators.effective_shown().as_deref()),
        ("74.35", Some("105.73"))
    );
}

#[test]
fn a_loan_without_interest_and_fees_costs_nothing() {
    let quote = Quote::new(&terms(EmiMethod::ReducingBalance, "0", 0), Paise::from_rupees(1200), 12, day("2024-01-01"));
    let apr = quote.unwrap().apr().unwrap();
    assert!(
        apr.regulators.nominal.is_zero()
            && apr.regulators.effective == Some(rust_decimal::Decimal::ZERO)
            && apr.xirr == apr.regulators.effective
    );
}

fn instalments(quote: &Quote) -> Vec<Paise> {
    quote.rows.iter().map(Row::instalment).collect()
}

#[test]
fn the_difference_of_rounding_goes_where_it_is_sent() {
    let emis = |method, remainder| {
        let terms = Terms { remainder: Some(remainder), ..terms(method, "0", 0) };
        instalments(&Quote::new(&terms, Paise::from_rupees(1250), 4, day("2024-01-01")).unwrap())
    };
    let rupees = |list: [i32; 4]| list.map(Paise::from_rupees);
    for method in [EmiMethod::FlatRate, EmiMethod::ReducingBalance, EmiMethod::EqualPrincipal] {
        assert_eq!(emis(method, Remainder::Last), rupees([313, 313, 313, 311]), "{method:?}");
        assert_eq!(emis(method, Remainder::First), rupees([311, 313, 313, 313]), "{method:?}");
        assert_eq!(emis(method, Remainder::Spread), rupees([312, 312, 313, 313]), "{method:?}");
    }
    assert_eq!(emis(EmiMethod::FlatRate, Remainder::Lender), rupees([313; 4]));
}

#[test]
fn a_broken_period_is_charged_for_its_days_and_where_it_is_sent() {
    // Paid out on the 20th, due on the 5th: 16 days at 36.5 % on 10,000 are 160 rupees, then whole months.
    let quote = |broken_period| {
        let terms = Terms { anchor_day: Some(5), broken_period, ..terms(EmiMethod::ReducingBalance, "36.5", 0) };
        Quote::new(&terms, Paise::from_rupees(10_000), 12, day("2024-01-20")).unwrap()
    };
    let plain = quote(BrokenPeriod::Waived);
    assert_eq!((plain.rows[0].due_day, plain.broken_days, plain.broken_interest), (day("2024-03-05"), 16, Paise::ZERO));
    let emi = plain.emi;
    let rupees = Paise::from_rupees;
    let first = quote(BrokenPeriod::FirstEmi);
    assert_eq!((first.broken_interest, first.rows[0].instalment()), (rupees(160), emi.plus(rupees(160)).unwrap()));
    let upfront = quote(BrokenPeriod::Upfront);
    assert_eq!((upfront.disbursal_amount, upfront.rows[0].instalment()), (rupees(9840), emi));
    let by_itself = quote(BrokenPeriod::PreEmi);
    assert_eq!((by_itself.rows[0].num, by_itself.rows[0].due_day), (0, day("2024-02-05")));
    assert_eq!((by_itself.rows[0].instalment(), by_itself.rows[1].instalment()), (rupees(160), emi));
    let spread = quote(BrokenPeriod::Spread);
    assert_eq!(spread.rows.iter().map(|row| row.broken_interest).sum::<Paise>(), rupees(160));
    assert!(spread.rows.iter().all(|row| row.broken_interest.is_positive()));
    let capitalised = quote(BrokenPeriod::Capitalised);
    assert!(capitalised.emi > emi);
    // On 10,160 the first month costs more than on 10,000.
    assert!(capitalised.rows[0].interest > first.rows[0].interest);
}

#[test]
fn a_short_first_period_is_charged_for_its_days_alone() {
    let terms =
        Terms { anchor_day: Some(5), first_due_gap_days: Some(5), ..terms(EmiMethod::ReducingBalance, "36.5", 0) };
    let quote = Quote::new(&terms, Paise::from_rupees(10_000), 12, day("2024-01-31")).unwrap();
    let first = &quote.rows[0];
    // Five of the thirty-one days from 5 January; a whole month would be 304.17.
    assert_eq!((first.due_day, first.interest), (day("2024-02-05"), Paise::new(4_906)));
}

#[test]
fn instalments_in_advance_carry_no_interest() {
    for method in [EmiMethod::FlatRate, EmiMethod::ReducingBalance] {
        let terms = Terms { advance_emis: 2, ..terms(method, "24", 0) };
        let quote = Quote::new(&terms, Paise::from_rupees(12_000), 12, day("2024-01-10")).unwrap();
        assert_eq!((quote.rows.len(), quote.advance_emi), (10, quote.emi.times(2).unwrap()));
        let left = Paise::from_rupees(12_000).minus(quote.advance_emi).unwrap();
        assert_eq!(quote.rows.iter().map(|row| row.principal).sum::<Paise>(), left);
        // Two percent of what the advance leaves, not of the whole.
        let month = left.rupees() * rust_decimal::Decimal::new(2, 2);
        assert!((quote.rows[0].interest.rupees() - month).abs() <= rust_decimal::Decimal::ONE, "{method:?}");
    }
}

#[test]
fn a_broken_period_runs_on_what_the_advance_leaves() {
    let terms = Terms { advance_emis: 2, anchor_day: Some(5), ..terms(EmiMethod::ReducingBalance, "36.5", 0) };
    let quote = Quote::new(&terms, Paise::from_rupees(12_000), 12, day("2024-01-20")).unwrap();
    let left = quote.amount.minus(quote.advance_emi).unwrap();
    // Sixteen days at a tenth of a percent each.
    let interest = Ratio::new(16, 1_000).of(left, RoundingUnit::Paisa, Rounding::HalfUp).unwrap();
    assert_eq!((quote.broken_days, quote.broken_interest), (16, interest));
    let capitalised = Terms { broken_period: BrokenPeriod::Capitalised, ..terms };
    let refusal = Quote::new(&capitalised, quote.amount, 12, day("2024-01-20")).unwrap_err();
    assert_eq!(refusal.field.as_deref(), Some("brokenPeriod"));
}

#[test]
fn interest_never_begins_before_the_money_is_paid_out() {
    // Paid out on Saturday the 6th; the period before the first due day begins on Sunday the 7th, moved back to Friday.
    let terms = Terms {
        anchor_day: Some(7),
        rate_basis: RateBasis::Actual365,
        interest_days: InterestDays::Rolled,
        roll: Roll::Preceding,
        ..terms(EmiMethod::ReducingBalance, "36.5", 0)
    };
    let quote = Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2024-01-06")).unwrap();
    let days = quote.rows[0].due_day.days_since(day("2024-01-06"));
    assert_eq!((quote.broken_days, quote.rows[0].interest), (0, Paise::new(days * 1_000)));
}

/// Without fees a loan costs its own rate, whatever its first days are.
#[test]
fn the_apr_of_a_loan_without_fees_is_its_rate() {
    let plain = Terms { emi_unit: RoundingUnit::Paisa, ..terms(EmiMethod::ReducingBalance, "24", 0) };
    let short = Terms { anchor_day: Some(5), first_due_gap_days: Some(5), ..plain.clone() };
    let broken = Terms { anchor_day: Some(5), broken_period: BrokenPeriod::PreEmi, ..plain.clone() };
    let in_parts = Terms { disbursals: parts(&[("40", 0), ("30", 45), ("", 100)]), ..plain.clone() };
    let early = Terms { disbursals: parts(&[("40", 0), ("30", 5), ("", 20)]), ..broken.clone() };
    let exact = Quote::new(&in_parts, Paise::from_rupees(1_000_000), 24, day("2024-01-25")).unwrap();
    assert_eq!(exact.apr().unwrap().regulators.shown(), "24.00");
    for terms in [plain, short, broken, in_parts, early] {
        let quote = Quote::new(&terms, Paise::from_rupees(1_000_000), 24, day("2024-01-25")).unwrap();
        let apr = quote.apr().unwrap().regulators.nominal;
        // A broken month is charged by days over 365, not by its share of a twelfth.
        assert!((apr - rust_decimal::Decimal::from(24)).abs() < rust_decimal::Decimal::new(5, 2), "{apr}: {terms:?}");
    }
}

/// The money of a house that is being built: 40 % at once, 60 % after ten days.
#[test]
fn interest_runs_on_each_part_from_its_own_day() {
    let disbursals = parts(&[("40", 0), ("", 10)]);
    let quote = |method, rate_basis| {
        let terms = Terms { disbursals: disbursals.clone(), rate_basis, ..terms(method, "36.5", 500) };
        Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2024-01-01")).unwrap()
    };
    // Interest to the paisa: 4,000 for 31 days and 6,000 for 21, at a tenth of a percent a day; then 10,000 for 29.
    let bullet = quote(EmiMethod::Bullet, RateBasis::Actual365);
    assert_eq!(instalments(&bullet)[..2], [25_000, 29_000].map(Paise::new));
    // By the month: 4,000 for a month of 3.0417 % and 6,000 for 21 of its 31 days: 121.67 + 123.63.
    assert_eq!(quote(EmiMethod::Bullet, RateBasis::PerPeriod).rows[0].interest, Paise::new(24_530));
    // What is taken, 590 with GST, is taken from the first part.
    let net: Vec<_> = bullet.parts.iter().map(|part| (part.day.to_string(), part.amount, part.net)).collect();
    let rupees = Paise::from_rupees;
    let expected = [("2024-01-01", rupees(4_000), rupees(3_410)), ("2024-01-11", rupees(6_000), rupees(6_000))];
    assert_eq!(net, expected.map(|(day, amount, net)| (day.to_owned(), amount, net)));
    assert_eq!(
        (bullet.disbursal_amount, bullet.undrawn(1), bullet.undrawn(2)),
        (rupees(9_410), rupees(6_000), rupees(0))
    );
    let equal = quote(EmiMethod::EqualPrincipal, RateBasis::Actual365);
    assert_eq!(
        (equal.rows[0].opening, equal.emi, equal.rows[0].interest),
        (rupees(10_000), rupees(1_667), rupees(250))
    );
    // One level instalment for all of it: the last differs by rounding alone.
    let reducing = quote(EmiMethod::ReducingBalance, RateBasis::Actual365);
    let last = reducing.rows[5].instalment().minus(reducing.emi).unwrap();
    assert!(instalments(&reducing)[..5].iter().all(|one| *one == reducing.emi) && last.get().abs() < 500, "{last:?}");
}

#[test]
fn parts_before_the_first_whole_period_make_its_interest_and_a_moratorium_waits_for_parts() {
    // Paid out on the 20th and the 30th of January, due on the 5th: 16 and 6 days until 5 February.
    let terms =
        Terms { disbursals: parts(&[("50", 0), ("", 10)]), anchor_day: Some(5), ..terms(EmiMethod::Bullet, "36.5", 0) };
    let quote = |terms: &Terms| Quote::new(terms, Paise::from_rupees(10_000), 6, day("2024-01-20")).unwrap();
    assert_eq!(quote(&terms).broken_interest, Paise::from_rupees(80 + 30));
    let upfront = quote(&Terms { broken_period: BrokenPeriod::Upfront, ..terms.clone() });
    assert_eq!(upfront.parts[0].net, Paise::from_rupees(5_000 - 110));
    let pre_emi = quote(&Terms { broken_period: BrokenPeriod::PreEmi, ..terms.clone() });
    assert_eq!(
        (pre_emi.rows[0].opening, pre_emi.rows[0].interest),
        (Paise::from_rupees(10_000), Paise::from_rupees(110))
    );
    // A part that comes after a moratorium of two periods of serviced interest.
    let waiting = Terms {
        disbursals: parts(&[("50", 0), ("", 90)]),
        moratorium: Some(Moratorium { periods: 2, interest: MoratoriumInterest::Serviced }),
        method: EmiMethod::ReducingBalance,
        anchor_day: None,
        ..terms
    };
    let quote = quote(&waiting);
    assert_eq!(quote.rows[0].instalment(), Paise::new(15_208), "a month of 5,000");
    // After 90 days, on 19 April, a day before the third instalment.
    assert_eq!((quote.rows[1].opening, quote.rows[2].opening), (Paise::from_rupees(5_000), Paise::from_rupees(10_000)));
}

#[test]
fn parts_that_make_no_schedule_are_refused_with_the_setting_that_helps() {
    let quote = |disbursals: Vec<DisbursalPart>, method, rate, fee| {
        Quote::new(&Terms { disbursals, ..terms(method, rate, fee) }, Paise::from_rupees(10_000), 6, day("2024-01-01"))
    };
    for (list, method, fee, says) in [
        (vec![("40", 0), ("", 200)], EmiMethod::ReducingBalance, 0, "before the last instalment falls due"),
        (vec![("40", 0), ("30", 20), ("", 20)], EmiMethod::Bullet, 0, "not after the one before it"),
        (vec![("40", 0), ("60", 20), ("", 30)], EmiMethod::Bullet, 0, "are the whole amount"),
        (vec![("10", 0), ("", 150)], EmiMethod::ReducingBalance, 0, "with a moratorium"),
        (vec![("10", 0), ("", 150)], EmiMethod::EqualPrincipal, 0, "with a moratorium"),
        (vec![("10", 0), ("", 20)], EmiMethod::Bullet, 900, "the whole first part"),
    ] {
        let refusal = quote(parts(&list), method, "12", fee).unwrap_err();
        assert!(refusal.message.contains(says), "{refusal}: {list:?}");
    }
    assert!(quote(parts(&[("10", 0), ("", 150)]), EmiMethod::Bullet, "12", 0).is_ok());
}

#[test]
fn a_moratorium_is_serviced_or_added_to_what_is_owed() {
    let quote = |interest| {
        let moratorium = Some(Moratorium { periods: 2, interest });
        let terms = Terms { moratorium, ..terms(EmiMethod::ReducingBalance, "12", 0) };
        Quote::new(&terms, Paise::from_rupees(10_000), 6, day("2024-01-10")).unwrap()
    };
    let serviced = quote(MoratoriumInterest::Serviced);
    assert_eq!(instalments(&serviced)[..2], [Paise::from_rupees(100); 2]);
    assert_eq!(serviced.rows[2].opening, Paise::from_rupees(10_000));
    let capitalised = quote(MoratoriumInterest::Capitalised);
    assert_eq!(instalments(&capitalised)[..2], [Paise::ZERO; 2]);
    assert_eq!(capitalised.rows[2].opening, Paise::from_rupees(10_201));
}

#[test]
fn a_bullet_is_repaid_at_the_end() {
    let quote =
        Quote::new(&terms(EmiMethod::Bullet, "12", 0), Paise::from_rupees(10_000), 3, day("2024-01-10")).unwrap();
    assert_eq!(instalments(&quote), [100, 100, 10_100].map(Paise::from_rupees));
}

#[test]
fn an_instalment_that_is_the_only_one_is_the_regular_one() {
    let quote =
        |terms: &Terms, tenure| Quote::new(terms, Paise::from_rupees(10_000), tenure, day("2024-01-10")).unwrap();
    assert_eq!(quote(&terms(EmiMethod::Bullet, "12", 0), 1).regular_instalment(), Paise::from_rupees(10_100));
    let odd = terms(EmiMethod::ReducingBalance, "12.5", 0);
    let one = quote(&odd, 1);
    assert_eq!((one.emi, one.regular_instalment()), (Paise::from_rupees(10_104), Paise::new(1_010_417)));
    let moratorium = Some(Moratorium { periods: 2, interest: MoratoriumInterest::Serviced });
    let waiting = quote(&Terms { moratorium, ..odd }, 6);
    assert_eq!((waiting.paying_rows().count(), waiting.repaying_rows().count()), (6, 4));
    assert_eq!(waiting.regular_instalment(), waiting.emi);
}

#[test]
fn interest_follows_the_day_count() {
    let first = |rate_basis, interest_days| {
        let terms = Terms { rate_basis, interest_days, ..terms(EmiMethod::ReducingBalance, "36.5", 0) };
        Quote::new(&terms, Paise::from_rupees(10_000), 12, day("2024-01-03")).unwrap().rows[0].interest
    };
    // 31 days, of which none lies in a common year; 3 February 2024 is a Saturday, moved to the 5th.
    for (basis, unrolled, rolled) in [
        (RateBasis::PerPeriod, 30_417, 30_417),
        (RateBasis::Actual365, 31_000, 33_000),
        (RateBasis::ActualActual, 30_915, 32_910),
        (RateBasis::Actual360, 31_431, 33_458),
        (RateBasis::Thirty360, 30_417, 32_444),
    ] {
        assert_eq!(first(basis, InterestDays::Unrolled), Paise::new(unrolled), "{basis:?}");
        assert_eq!(first(basis, InterestDays::Rolled), Paise::new(rolled), "{basis:?}");
    }
}

#[test]
fn weekly_and_daily_loans_pay_their_share_of_the_year() {
    for (every, unit, interest) in
        [(1, PeriodUnit::Weeks, 7_000), (2, PeriodUnit::Weeks, 14_000), (1, PeriodUnit::Days, 1_000)]
    {
        let terms =
            Terms { period: Period { every, unit }, roll: Roll::None, ..terms(EmiMethod::ReducingBalance, "36.5", 0) };
        let quote = Quote::new(&terms, Paise::from_rupees(10_000), 10, day("2024-01-03")).unwrap();
        assert_eq!(quote.rows[0].interest, Paise::new(interest));
        assert_eq!(quote.rows[1].due_day.days_since(quote.rows[0].due_day), interest / 1_000);
    }
}

#[test]
fn a_calendar_that_ends_too_early_or_joins_two_instalments_is_refused() {
    let calendar = Calendar { valid_until: Some(day("2024-06-30")), ..Calendar::of(Weekend::SatSun) };
    let quote = |terms: &Terms| Quote::new(terms, Paise::from_rupees(10_000), 12, day("2024-01-03"));
    let refusal = quote(&Terms { calendar, ..terms(EmiMethod::ReducingBalance, "12", 0) }).unwrap_err();
    assert!(refusal.message.contains("ends on 2024-06-30"), "{refusal}");
    let daily = Period { every: 1, unit: PeriodUnit::Days };
    let refusal = quote(&Terms { period: daily, ..terms(EmiMethod::ReducingBalance, "12", 0) }).unwrap_err();
    assert!(refusal.message.contains("roll none"), "{refusal}");
}

#[test]
fn a_first_instalment_that_holidays_move_before_the_disbursal_is_refused() {
    let daily = Period { every: 1, unit: PeriodUnit::Days };
    let terms = Terms { period: daily, roll: Roll::Preceding, ..terms(EmiMethod::FlatRate, "12", 0) };
    // A Friday; the Saturday after it is moved back to it.
    let refusal = Quote::new(&terms, Paise::from_rupees(1000), 1, day("2024-01-05")).unwrap_err();
    assert!(refusal.message.contains("the money is paid out on 2024-01-05"), "{refusal}");
}

#[test]
fn most_settings_make_a_loan() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut made, mut in_parts) = (0, 0);
    for _ in 0..500 {
        let terms = any_terms().new_tree(&mut runner).unwrap().current();
        let quote = Quote::new(&terms, Paise::from_rupees(500_000), 24, day("2024-01-31"));
        made += usize::from(quote.is_ok());
        in_parts += usize::from(quote.is_ok_and(|quote| !quote.parts.is_empty()));
    }
    assert!(in_parts > 30, "hardly any is in parts: {in_parts}");
    assert!(made > 300, "the property would mostly look at refusals: only {made} of 500 are loans");
}

#[test]
fn the_largest_figures_are_refused_or_exact_and_never_a_panic() {
    for method in EmiMethod::ALL {
        for rate in ["0", "12", "600"] {
            for tenure in [1, 12, 1_200] {
                for amount in [Paise::new(1), Paise::from_rupees(1000), Paise::new(crate::money::PAISE_MAX)] {
                    let mut terms = terms(method, rate, 0);
                    terms.emi_unit = RoundingUnit::Paisa;
                    if let Ok(quote) = Quote::new(&terms, amount, tenure, day("2024-01-31")) {
                        assert_eq!(quote.rows.iter().map(|row| row.principal).sum::<Paise>(), amount);
                        // A cost that cannot be computed is refused as well.
                        let _ = quote.apr();
                    }
                }
            }
        }
    }
}

/// None mostly, one or two at times.
fn any_charges() -> impl Strategy<Value = Vec<UpfrontCharge>> {
    let charge = (any::<bool>(), 0i32..200, prop::bool::ANY).prop_map(|(percent, rupees, own)| UpfrontCharge {
        kind: ChargeKind::Insurance,
        name: None,
        third_party: (!own).then(|| "Example Life".to_owned()),
        fee: if percent {
            Fee::Percent {
                percent: "0.75".parse().unwrap(),
                min_paise: Paise::ZERO,
                max_paise: Paise::from_rupees(500),
            }
        } else {
            Fee::Fixed { amount_paise: Paise::from_rupees(rupees) }
        },
        gst: "18".parse().unwrap(),
    });
    prop_oneof![3 => Just(Vec::new()), 1 => prop::collection::vec(charge, 1..=2)]
}

/// Parts of so many percent after so many days; without a percentage, the rest.
pub(crate) fn parts(list: &[(&str, u32)]) -> Vec<DisbursalPart> {
    let share = |percent: &str| percent.parse().map_or(PartShare::Rest, PartShare::Percent);
    list.iter().map(|(percent, days)| DisbursalPart { share: share(percent), after: PartDay::Days(*days) }).collect()
}

/// One part mostly, up to four at times.
fn any_parts() -> impl Strategy<Value = Vec<DisbursalPart>> {
    let later = (1i32..30, 1u32..50, 0u32..3);
    prop::option::weighted(0.3, (20i32..80, prop::collection::vec(later, 1..=3))).prop_map(|chosen| {
        let Some((first, later)) = chosen else { return Vec::new() };
        let percent = |percent: i32| PartShare::Percent(percent.to_string().parse().unwrap());
        let mut parts = vec![DisbursalPart { share: percent(first), after: PartDay::Days(0) }];
        let (mut days, last) = (0, later.len() - 1);
        for (at, (share, more, periods)) in later.into_iter().enumerate() {
            days += more;
            let share = if at == last { PartShare::Rest } else { percent(share) };
            let after = if periods > 0 && last == 0 { PartDay::Periods(periods) } else { PartDay::Days(days) };
            parts.push(DisbursalPart { share, after });
        }
        parts
    })
}

/// Settings from all over their ranges, also such as make no loan.
pub(crate) fn any_terms() -> impl Strategy<Value = Terms> {
    let method = prop::sample::select(EmiMethod::ALL.to_vec());
    let basis = prop::sample::select(RateBasis::ALL.to_vec());
    let unit = prop::sample::select(vec![PeriodUnit::Days, PeriodUnit::Weeks, PeriodUnit::Months]);
    let emi_unit = prop::sample::select(vec![
        RoundingUnit::Paisa,
        RoundingUnit::Paisa,
        RoundingUnit::Rupee,
        RoundingUnit::Rupees(10),
    ]);
    let rounding = prop::sample::select(vec![Rounding::HalfUp, Rounding::HalfEven, Rounding::Up]);
    let remainder = prop::option::of(prop::sample::select(vec![
        Remainder::Lender,
        Remainder::Last,
        Remainder::First,
        Remainder::Spread,
    ]));
    let broken = prop::sample::select(vec![
        BrokenPeriod::Waived,
        BrokenPeriod::Upfront,
        BrokenPeriod::FirstEmi,
        BrokenPeriod::Spread,
        BrokenPeriod::Capitalised,
        BrokenPeriod::PreEmi,
    ]);
    let moratorium = prop::option::weighted(0.2, (1u32..6, any::<bool>())).prop_map(|chosen| {
        chosen.map(|(periods, serviced)| Moratorium {
            periods,
            interest: if serviced { MoratoriumInterest::Serviced } else { MoratoriumInterest::Capitalised },
        })
    });
    let roll = prop::sample::select(vec![Roll::None, Roll::Following, Roll::Preceding, Roll::ModifiedFollowing]);
    let weekend = prop::sample::select(vec![Weekend::None, Weekend::Sun, Weekend::SatSun, Weekend::SunAnd2nd4thSat]);
    let money = (0u32..=6_000, 0i32..500, emi_unit, rounding, remainder, any::<bool>());
    let days = (basis, unit, 1u32..4, prop::option::of(1u8..=31), any::<(bool, bool)>(), roll, weekend);
    let extras =
        (broken, moratorium, prop::option::weighted(0.2, 1u32..4), 1u32..4, prop::option::weighted(0.3, 1u32..60));
    let subvention = prop::option::weighted(0.2, 0i32..300);
    let charged = (any_charges(), subvention, any_parts());
    (method, money, days, extras, charged).prop_map(|(method, money, days, extras, (charges, borne, disbursals))| {
        let (basis_points, fee, emi_unit, emi_rounding, remainder, inclusive) = money;
        let (rate_basis, unit, every, anchor_day, (rolled, last_day), roll, weekend) = days;
        let (broken_period, moratorium, advance, first_due_periods, first_due_gap_days) = extras;
        Terms {
            charges,
            subvention: Fee::Fixed { amount_paise: Paise::from_rupees(borne.unwrap_or(0)) },
            rate_basis,
            period: Period { every, unit },
            anchor_day: anchor_day.filter(|day| match unit {
                PeriodUnit::Months => true,
                PeriodUnit::Weeks => *day <= 7,
                PeriodUnit::Days => false,
            }),
            interest_days: if rolled { InterestDays::Rolled } else { InterestDays::Unrolled },
            month_end: if last_day { MonthEnd::LastDay } else { MonthEnd::SameNumber },
            roll,
            calendar: Calendar::of(weekend),
            emi_unit,
            emi_rounding,
            remainder: remainder.filter(|one| *one != Remainder::Lender || method == EmiMethod::FlatRate),
            gst_mode: if inclusive { GstMode::Inclusive } else { GstMode::Exclusive },
            broken_period,
            moratorium: moratorium.filter(|_| method != EmiMethod::FlatRate && advance.is_none()),
            advance_emis: advance
                .filter(|_| broken_period != BrokenPeriod::Capitalised)
                .filter(|_| matches!(method, EmiMethod::FlatRate | EmiMethod::ReducingBalance))
                .unwrap_or(0),
            first_due_periods,
            first_due_gap_days,
            disbursals: if method == EmiMethod::FlatRate || advance.is_some() { Vec::new() } else { disbursals },
            ..terms(method, &rust_decimal::Decimal::new(i64::from(basis_points), 2).to_string(), fee)
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_quote_keeps_the_invariants(
        terms in any_terms(), paise in 100_000i64..=100_000_000_000, tenure in 1u32..=120, offset in 0i64..=2_000,
    ) {
        let start = day("2024-01-01").plus_days(offset);
        if let Ok(quote) = Quote::new(&terms, Paise::new(paise), tenure, start) {
            let pre_emi = usize::from(quote.row(0).is_some());
            prop_assert_eq!(quote.rows.len() + terms.advance_emis as usize, tenure as usize + pre_emi);
            let repaid: Paise = quote.rows.iter().map(|row| row.principal).sum();
            prop_assert_eq!(repaid.plus(quote.advance_emi), Ok(quote.amount));
            let paid: Paise = quote.rows.iter().map(Row::instalment).sum();
            prop_assert_eq!(paid.plus(quote.advance_emi), Ok(quote.total_payable));
            let cost = quote.total_payable.plus(quote.upfront_interest).and_then(|paid| paid.minus(quote.amount));
            prop_assert_eq!(cost, Ok(quote.total_interest()));
            let mut balance = quote.rows[0].opening;
            let mut undrawn = quote.amount.minus(quote.advance_emi).unwrap().minus(balance).unwrap();
            prop_assert!(undrawn.is_zero() || quote.parts.iter().skip(1).map(|part| part.amount).sum::<Paise>() >= undrawn);
            let first = u32::from(pre_emi == 0);
            for (num, row) in (first..).zip(&quote.rows) {
                let drawn = row.opening.minus(balance).unwrap();
                prop_assert!(row.num == num && drawn >= Paise::ZERO && drawn <= undrawn);
                balance = row.opening;
                undrawn = undrawn.minus(drawn).unwrap();
                prop_assert!(row.interest >= Paise::ZERO && row.instalment() >= Paise::ZERO);
                balance = balance.minus(row.principal).unwrap();
            }
            prop_assert!(balance.is_zero() && undrawn.is_zero());
            prop_assert_eq!(quote.parts.len(), terms.disbursals.len());
            if !quote.parts.is_empty() {
                prop_assert_eq!(quote.parts.iter().map(|part| part.amount).sum::<Paise>(), quote.amount);
                prop_assert_eq!(quote.parts.iter().map(|part| part.net).sum::<Paise>(), quote.disbursal_amount);
                prop_assert!(quote.parts.windows(2).all(|pair| pair[0].day < pair[1].day) && quote.parts[0].day == start);
                prop_assert!(quote.parts.iter().all(|part| part.net.is_positive()));
            }
            prop_assert!(quote.rows.windows(2).all(|pair| pair[0].due_day < pair[1].due_day));
            prop_assert!(quote.rows[0].due_day > start);
            let taken: Paise = [
                quote.processing_fee, quote.gst_amount, quote.advance_emi, quote.upfront_interest, quote.disbursal_amount,
                quote.subvention, quote.subvention_gst,
                quote.charges.iter().map(TakenCharge::total).sum(),
            ].into_iter().sum();
            prop_assert_eq!(taken, quote.amount);
        }
    }
}
