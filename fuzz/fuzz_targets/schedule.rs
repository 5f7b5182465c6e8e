//! Terms from all over their ranges, and beyond them: the engine refuses, or keeps its invariants, and never panics.
//!
//! `cargo +nightly fuzz run schedule -- -max_total_time=3600`

#![no_main]

use libfuzzer_sys::fuzz_target;
use qist_domain::calendar::{Calendar, Roll, Weekend};
use qist_domain::day::Day;
use qist_domain::kfs::Figures;
use qist_domain::loan::{Figure, Quote, Row, explain};
use qist_domain::money::{Paise, Rounding, RoundingUnit};
use qist_domain::product::{
    BrokenPeriod, ChargeKind, DisbursalPart, EmiMethod, Fee, GstMode, InterestDays, MonthEnd, Moratorium,
    MoratoriumInterest, PartDay, PartShare, Period, PeriodUnit, RateBasis, Remainder, Slab, Terms, UpfrontCharge,
};
use qist_domain::rate::Percent;
use rust_decimal::Decimal;

/// What a fuzzer sends, read as numbers; past its end everything is zero.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn u8(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().map_or((0, [].as_slice()), |(first, rest)| (*first, rest));
        self.0 = rest;
        first
    }

    fn i64(&mut self) -> i64 {
        let mut bytes = [0; 8];
        bytes.fill_with(|| self.u8());
        i64::from_le_bytes(bytes)
    }

    /// Mostly small, sometimes huge.
    fn count(&mut self) -> u32 {
        match self.u8() {
            255 => u32::MAX,
            254 => 1_201,
            253 => 1_200,
            small => u32::from(small),
        }
    }

    fn paise(&mut self) -> Paise {
        let shift = u32::from(self.u8() % 64);
        Paise::new(self.i64() >> shift)
    }

    fn percent(&mut self) -> Percent {
        let digits = self.i64().unsigned_abs() % 1_000_000_000;
        let percent = Decimal::new(i64::try_from(digits).unwrap_or(0), u32::from(self.u8() % 7));
        Percent::new(percent).unwrap_or(Percent::ZERO)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::from(self.u8()) % all.len()]
    }

    fn maybe<T>(&mut self, of: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.u8() % 4 == 0).then(|| of(self))
    }

    fn fee(&mut self) -> Fee {
        match self.u8() % 4 {
            0 => Fee::NONE,
            1 => Fee::Fixed { amount_paise: self.paise() },
            2 => Fee::Percent { percent: self.percent(), min_paise: self.paise(), max_paise: self.paise() },
            _ => {
                let slab = |bytes: &mut Self| Slab { up_to_paise: bytes.paise(), amount_paise: bytes.paise() };
                Fee::Slabs { slabs: (0..self.u8() % 4).map(|_| slab(self)).collect() }
            }
        }
    }

    fn unit(&mut self) -> RoundingUnit {
        match self.u8() % 4 {
            0 => RoundingUnit::Rupee,
            1 => RoundingUnit::Rupees(self.count()),
            _ => RoundingUnit::Paisa,
        }
    }

    fn day(&mut self) -> Day {
        let from: Day = "2000-01-01".parse().unwrap();
        from.plus_days(self.i64() % 40_000)
    }

    fn parts(&mut self) -> Vec<DisbursalPart> {
        let mut days = 0_u32;
        let mut part = |bytes: &mut Self| {
            let after = match bytes.u8() % 4 {
                0 => PartDay::Periods(bytes.count()),
                _ => PartDay::Days(days),
            };
            days = days.saturating_add(bytes.count());
            let share = if bytes.u8() % 2 == 0 { PartShare::Percent(bytes.percent()) } else { PartShare::Paise(bytes.paise()) };
            DisbursalPart { share, after }
        };
        let mut parts: Vec<DisbursalPart> = (0..self.u8() % 5).map(|_| part(self)).collect();
        if let Some(last) = parts.last_mut() {
            last.share = PartShare::Rest;
        }
        parts
    }

    fn calendar(&mut self) -> Calendar {
        let weekend = self.one_of(&[Weekend::None, Weekend::Sun, Weekend::SatSun, Weekend::SunAnd2nd4thSat]);
        let mut holidays: Vec<Day> = (0..self.u8() % 16).map(|_| self.day()).collect();
        holidays.sort_unstable();
        Calendar { weekend, holidays, valid_until: self.maybe(Self::day), version: None }
    }

    fn terms(&mut self) -> Terms {
        let rounding = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Up];
        let (method, rate) = (self.one_of(&EmiMethod::ALL), self.percent());
        let charge = |bytes: &mut Self| UpfrontCharge {
            kind: ChargeKind::Insurance,
            name: None,
            third_party: bytes.maybe(|_| "An insurer".to_owned()),
            fee: bytes.fee(),
            gst: bytes.percent(),
        };
        Terms {
            fee: self.fee(),
            gst: self.percent(),
            gst_mode: self.one_of(&[GstMode::Exclusive, GstMode::Inclusive]),
            subvention: self.fee(),
            charges: (0..self.u8() % 3).map(|_| charge(self)).collect(),
            period: Period {
                every: self.count(),
                unit: self.one_of(&[PeriodUnit::Months, PeriodUnit::Weeks, PeriodUnit::Days]),
            },
            rate_basis: self.one_of(&RateBasis::ALL),
            interest_days: self.one_of(&[InterestDays::Unrolled, InterestDays::Rolled]),
            emi_unit: self.unit(),
            emi_rounding: self.one_of(&rounding),
            remainder: self.maybe(|bytes| {
                bytes.one_of(&[Remainder::Lender, Remainder::Last, Remainder::First, Remainder::Spread])
            }),
            interest_unit: self.unit(),
            interest_rounding: self.one_of(&rounding),
            anchor_day: self.maybe(Self::u8),
            month_end: self.one_of(&[MonthEnd::SameNumber, MonthEnd::LastDay]),
            first_due_periods: self.count(),
            first_due_gap_days: self.maybe(Self::count),
            broken_period: self.one_of(&[
                BrokenPeriod::FirstEmi,
                BrokenPeriod::Waived,
                BrokenPeriod::Upfront,
                BrokenPeriod::Spread,
                BrokenPeriod::Capitalised,
                BrokenPeriod::PreEmi,
            ]),
            advance_emis: self.maybe(Self::count).unwrap_or(0),
            moratorium: self.maybe(|bytes| Moratorium {
                periods: bytes.count(),
                interest: bytes.one_of(&[MoratoriumInterest::Capitalised, MoratoriumInterest::Serviced]),
            }),
            disbursals: self.maybe(Self::parts).unwrap_or_default(),
            roll: self.one_of(&[Roll::Following, Roll::None, Roll::Preceding, Roll::ModifiedFollowing]),
            calendar: self.calendar(),
            ..Terms::new(method, rate)
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes(data);
    let terms = bytes.terms();
    let (amount, tenure, start) = (bytes.paise(), bytes.count(), bytes.day());
    let Ok(quote) = Quote::new(&terms, amount, tenure, start) else { return };
    holds(&quote);
    let figures = Figures::of(&quote);
    let taken = [figures.fees_to_lender, figures.fees_to_others, figures.upfront_interest, figures.advance];
    let taken: Paise = taken.into_iter().chain([figures.net_disbursed]).sum();
    assert_eq!(taken, figures.sanctioned);
    assert_eq!(figures.total_paid, figures.instalments);
    let _ = quote.apr();
    for figure in [Figure::Emi, Figure::ProcessingFee, Figure::BrokenInterest] {
        let _ = explain(&quote, figure, None);
    }
    for row in quote.rows.iter().take(3) {
        let name = format!("installment/{}/interest", row.num);
        let told = explain(&quote, Figure::from_name(&name).unwrap(), None);
        assert!(told.is_err() || told.unwrap().result == row.interest.with_paise());
    }
});

fn holds(quote: &Quote) {
    let pre_emi = u32::from(quote.row(0).is_some());
    let advance = quote.terms.advance_emis;
    assert_eq!(u32::try_from(quote.rows.len()).unwrap() + advance, quote.tenure + pre_emi);
    let repaid: Paise = quote.rows.iter().map(|row| row.principal).chain([quote.advance_emi]).sum();
    assert_eq!(repaid, quote.amount);
    let paid: Paise = quote.rows.iter().map(Row::instalment).chain([quote.advance_emi]).sum();
    assert_eq!(paid, quote.total_payable);
    let mut undrawn: Paise = quote.parts.iter().skip(1).map(|part| part.amount).sum();
    let mut owed = quote.amount.minus(quote.advance_emi).unwrap().minus(undrawn).unwrap();
    for row in &quote.rows {
        // What goes out within the period comes on top.
        let drawn = row.opening.minus(owed).unwrap();
        assert!(drawn >= Paise::ZERO && drawn <= undrawn);
        undrawn = undrawn.minus(drawn).unwrap();
        owed = row.opening;
        assert!(row.interest >= Paise::ZERO && row.instalment() >= Paise::ZERO);
        owed = owed.minus(row.principal).unwrap();
    }
    assert!(owed.is_zero() && undrawn.is_zero());
    assert!(quote.rows.windows(2).all(|pair| pair[0].due_day < pair[1].due_day));
    assert!(quote.rows[0].due_day > quote.start);
    assert!(quote.disbursal_amount.is_positive());
}
