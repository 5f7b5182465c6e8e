//! Charges besides the processing fee: those taken at disbursal, and those that come only if something happens.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::fee::{Fee, GstMode, with_gst};
use crate::format::clean_text;
use crate::money::{MoneyError, Paise, Rounding, RoundingUnit};
use crate::rate::Percent;
use crate::refusal::Refusal;

/// What a charge at disbursal is for (RBI/2024-25/18, Annex A, row 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeKind {
    Insurance,
    Valuation,
    Legal,
    Documentation,
    StampDuty,
    Other,
}

impl ChargeKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ChargeKind::Insurance => "insurance",
            ChargeKind::Valuation => "valuation",
            ChargeKind::Legal => "legal",
            ChargeKind::Documentation => "documentation",
            ChargeKind::StampDuty => "stamp_duty",
            ChargeKind::Other => "other",
        }
    }

    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ChargeKind::Insurance => "Insurance",
            ChargeKind::Valuation => "Valuation",
            ChargeKind::Legal => "Legal charges",
            ChargeKind::Documentation => "Documentation charges",
            ChargeKind::StampDuty => "Stamp duty",
            ChargeKind::Other => "Other charges",
        }
    }
}

/// Taken once from what is paid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpfrontCharge {
    pub kind: ChargeKind,
    /// What it is called, where its kind does not say it.
    #[serde(default)]
    pub name: Option<String>,
    /// Whom the lender passes it on to; its own where absent.
    #[serde(default)]
    pub third_party: Option<String>,
    pub fee: Fee,
    /// On top of the fee.
    pub gst: Percent,
}

/// An upfront charge in the amount of one loan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenCharge {
    pub kind: ChargeKind,
    pub name: Option<String>,
    pub third_party: Option<String>,
    /// Without GST.
    pub amount: Paise,
    pub gst: Paise,
    pub gst_percent: Percent,
}

impl TakenCharge {
    #[must_use]
    pub fn total(&self) -> Paise {
        [self.amount, self.gst].into_iter().sum()
    }
}

impl UpfrontCharge {
    pub fn on(&self, lent: Paise) -> Result<TakenCharge, MoneyError> {
        let charged = with_gst(self.fee.on(lent)?, self.gst, GstMode::Exclusive)?;
        Ok(TakenCharge {
            kind: self.kind,
            name: self.name.clone(),
            third_party: self.third_party.clone(),
            amount: charged.base,
            gst: charged.gst,
            gst_percent: self.gst,
        })
    }

    fn check(&self, field: &str) -> Result<(), Refusal> {
        self.fee.check(&format!("{field}.fee"))?;
        check_gst(field, self.gst)?;
        check_name(&format!("{field}.name"), self.name.as_deref(), self.kind == ChargeKind::Other)?;
        check_name(&format!("{field}.thirdParty"), self.third_party.as_deref(), false)
    }
}

/// What has to happen for a charge to come (RBI/2024-25/18, Annex A, row 10), and what it is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContingentKind {
    /// An instalment is not paid on its due day: a penal charge on what is overdue of it (RBI/2023-24/53).
    LatePayment,
    /// A mandate is not honoured: a penal charge on what is overdue of the instalment.
    Bounce,
    /// The whole loan is paid early: on the principal.
    Foreclosure,
    /// A part is paid early: on that part.
    PartPrepayment,
    /// The rate changes its type: on the principal.
    Switching,
    Other,
}

impl ContingentKind {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ContingentKind::LatePayment => "late_payment",
            ContingentKind::Bounce => "bounce",
            ContingentKind::Foreclosure => "foreclosure",
            ContingentKind::PartPrepayment => "part_prepayment",
            ContingentKind::Switching => "switching",
            ContingentKind::Other => "other",
        }
    }

    /// Penal charges are no consideration for a service, so they carry no GST (Circular 245/02/2025-GST).
    #[must_use]
    pub fn is_penal(self) -> bool {
        matches!(self, ContingentKind::LatePayment | ContingentKind::Bounce)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContingentCharge {
    pub kind: ContingentKind,
    /// What it is called, where its kind does not say it.
    #[serde(default)]
    pub name: Option<String>,
    pub rule: ChargeRule,
    /// On top of the charge.
    #[serde(default = "no_gst")]
    pub gst: Percent,
}

fn no_gst() -> Percent {
    Percent::ZERO
}

/// How much a contingent charge is. Each is rounded half up to the paisa, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ChargeRule {
    /// One amount, which may depend on what the charge is measured by.
    Once(Fee),
    Daily(DailyRule),
}

/// By the day, once more than `grace_days` have passed; all days count then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DailyRule {
    /// For each day late.
    PerDay { amount_paise: Paise, grace_days: u32, max_paise: Paise },
    /// So many percent a year of what is overdue, for each day that it is (over 365).
    PerAnnum { percent: Percent, grace_days: u32, max_paise: Paise },
}

/// What was overdue, and for how many days: in the order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    pub amount: Paise,
    pub days: u32,
}

impl ChargeRule {
    /// The charge for what was overdue, before rounding, in rupees; where the rule asks for one amount, it is the first.
    pub fn exact(&self, overdue: &[Overdue]) -> Result<Decimal, MoneyError> {
        match self {
            ChargeRule::Once(fee) => fee.exact(overdue.first().map_or(Paise::ZERO, |stretch| stretch.amount)),
            ChargeRule::Daily(daily) => daily.exact(overdue),
        }
    }

    /// As [`exact`](Self::exact), rounded half up to the paisa.
    pub fn on(&self, overdue: &[Overdue]) -> Result<Paise, MoneyError> {
        Paise::round_from(self.exact(overdue)?, RoundingUnit::Paisa, Rounding::HalfUp)
    }

    fn check(&self, field: &str) -> Result<(), Refusal> {
        match self {
            ChargeRule::Once(fee) => fee.check(field),
            ChargeRule::Daily(daily) => daily.check(field),
        }
    }
}

impl DailyRule {
    /// The most that it ever comes to.
    #[must_use]
    pub fn max(&self) -> Paise {
        match self {
            DailyRule::PerDay { max_paise, .. } | DailyRule::PerAnnum { max_paise, .. } => *max_paise,
        }
    }

    fn exact(&self, overdue: &[Overdue]) -> Result<Decimal, MoneyError> {
        let days: u32 = overdue.iter().map(|stretch| stretch.days).sum();
        let (DailyRule::PerDay { grace_days, max_paise, .. } | DailyRule::PerAnnum { grace_days, max_paise, .. }) =
            self;
        if days <= *grace_days {
            return Ok(Decimal::ZERO);
        }
        let exact = match self {
            DailyRule::PerDay { amount_paise, .. } => amount_paise.times(days)?.rupees(),
            DailyRule::PerAnnum { percent, .. } => {
                let mut rupee_days = Decimal::ZERO;
                for stretch in overdue {
                    let part = stretch.amount.rupees().checked_mul(stretch.days.into());
                    rupee_days = part.and_then(|part| rupee_days.checked_add(part)).ok_or(MoneyError::OutOfRange)?;
                }
                let exact = rupee_days.checked_mul(percent.fraction()).ok_or(MoneyError::OutOfRange)?;
                exact / Decimal::from(365)
            }
        };
        Ok(exact.min(max_paise.rupees()))
    }

    fn check(&self, field: &str) -> Result<(), Refusal> {
        let (DailyRule::PerDay { grace_days, max_paise, .. } | DailyRule::PerAnnum { grace_days, max_paise, .. }) =
            self;
        if *grace_days > 366 {
            return Err(Refusal::invalid(&format!("{field}.graceDays"), "must be at most 366"));
        }
        let negative = |amount: &Paise| *amount < Paise::ZERO;
        if negative(max_paise) {
            return Err(Refusal::invalid(&format!("{field}.max"), "must not be negative"));
        }
        match self {
            DailyRule::PerDay { amount_paise, .. } if negative(amount_paise) => {
                Err(Refusal::invalid(&format!("{field}.amount"), "must not be negative"))
            }
            DailyRule::PerDay { .. } | DailyRule::PerAnnum { .. } => Ok(()),
        }
    }
}

/// Refuses charges that cannot be printed or taken.
pub(super) fn check(upfront: &[UpfrontCharge], contingent: &[ContingentCharge]) -> Result<(), Refusal> {
    for (at, charge) in upfront.iter().enumerate() {
        charge.check(&format!("charges.{at}"))?;
    }
    for (at, charge) in contingent.iter().enumerate() {
        let field = format!("contingentCharges.{at}");
        charge.rule.check(&field)?;
        check_gst(&field, charge.gst)?;
        check_name(&format!("{field}.name"), charge.name.as_deref(), charge.kind == ContingentKind::Other)?;
        if charge.kind.is_penal() && !charge.gst.is_zero() {
            return Err(Refusal::invalid(&format!("{field}.gst"), "must be zero: penal charges carry no GST"));
        }
        if matches!(charge.rule, ChargeRule::Daily(_)) && charge.kind != ContingentKind::LatePayment {
            return Err(Refusal::invalid(&field, "is counted by days only for a late payment"));
        }
        let twin = |other: &ContingentCharge| {
            // A penal charge is made by its kind, so that there is one rule for it.
            other.kind == charge.kind && (charge.kind.is_penal() || other.name == charge.name)
        };
        if contingent.iter().take(at).any(twin) {
            return Err(Refusal::invalid(&field, "is there twice"));
        }
    }
    let most = 20;
    if upfront.len() > most || contingent.len() > most {
        let field = if upfront.len() > most { "charges" } else { "contingentCharges" };
        return Err(Refusal::invalid(field, format!("must be at most {most}")));
    }
    Ok(())
}

fn check_gst(field: &str, gst: Percent) -> Result<(), Refusal> {
    let whole = gst.fraction() > Decimal::ONE;
    if whole { Err(Refusal::invalid(&format!("{field}.gst"), "must be at most 100 percent")) } else { Ok(()) }
}

fn check_name(field: &str, name: Option<&str>, needed: bool) -> Result<(), Refusal> {
    match name {
        Some(name) => clean_text(name, 60).map(drop).map_err(|why| Refusal::invalid(field, why)),
        None if needed => Err(Refusal::missing(field)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Slab;

    fn late(rule: ChargeRule) -> ContingentCharge {
        ContingentCharge { kind: ContingentKind::LatePayment, name: None, rule, gst: Percent::ZERO }
    }

    fn overdue(stretches: &[(i32, u32)]) -> Vec<Overdue> {
        stretches.iter().map(|(rupees, days)| Overdue { amount: Paise::from_rupees(*rupees), days: *days }).collect()
    }

    const NO_BOUND: Paise = Paise::new(crate::money::PAISE_MAX);

    #[test]
    fn each_rule_charges_what_it_says() {
        let percent = |text: &str| text.parse::<Percent>().unwrap();
        let rupees = Paise::from_rupees;
        let slabs = vec![
            Slab { up_to_paise: rupees(1_000), amount_paise: rupees(50) },
            Slab { up_to_paise: rupees(5_000), amount_paise: rupees(200) },
        ];
        let per_annum = |grace_days, max_paise| {
            ChargeRule::Daily(DailyRule::PerAnnum { percent: percent("24"), grace_days, max_paise })
        };
        let per_day = |grace_days| {
            ChargeRule::Daily(DailyRule::PerDay { amount_paise: rupees(10), grace_days, max_paise: rupees(45) })
        };
        for (rule, stretches, paise) in [
            (ChargeRule::Once(Fee::Fixed { amount_paise: rupees(500) }), vec![(1_161, 9)], 50_000),
            (
                ChargeRule::Once(Fee::Percent { percent: percent("2"), min_paise: rupees(30), max_paise: NO_BOUND }),
                vec![(1_161, 9)],
                3_000,
            ),
            (
                ChargeRule::Once(Fee::Percent { percent: percent("2"), min_paise: rupees(0), max_paise: NO_BOUND }),
                vec![(1_161, 9)],
                2_322,
            ),
            // The upper bound of a slab belongs to it.
            (ChargeRule::Once(Fee::Slabs { slabs: slabs.clone() }), vec![(1_000, 9)], 5_000),
            (ChargeRule::Once(Fee::Slabs { slabs: slabs.clone() }), vec![(1_001, 9)], 20_000),
            (ChargeRule::Once(Fee::Slabs { slabs }), vec![(9_000, 9)], 20_000),
            (per_day(3), vec![(1_161, 3)], 0),
            (per_day(3), vec![(1_161, 4)], 4_000),
            (per_day(3), vec![(1_161, 4), (100, 4)], 4_500),
            // 1,161 × 24 % × 10 / 365 = 7.634; with 500 left for five days more 1.644.
            (per_annum(0, NO_BOUND), vec![(1_161, 10)], 763),
            (per_annum(0, NO_BOUND), vec![(1_161, 10), (500, 5)], 928),
            (per_annum(10, NO_BOUND), vec![(1_161, 10)], 0),
            (per_annum(0, rupees(5)), vec![(1_161, 10)], 500),
        ] {
            assert_eq!(rule.on(&overdue(&stretches)), Ok(Paise::new(paise)), "{rule:?} {stretches:?}");
        }
    }

    #[test]
    fn a_penal_charge_with_gst_is_refused_and_so_is_one_that_is_there_twice() {
        let fixed = ChargeRule::Once(Fee::Fixed { amount_paise: Paise::from_rupees(500) });
        let gst: Percent = "18".parse().unwrap();
        let refused = |contingent: &[ContingentCharge]| check(&[], contingent).unwrap_err().field.unwrap();
        assert_eq!(refused(&[ContingentCharge { gst, ..late(fixed.clone()) }]), "contingentCharges.0.gst");
        assert_eq!(refused(&[late(fixed.clone()), late(fixed.clone())]), "contingentCharges.1");
        let named = ContingentCharge { name: Some("Second".to_owned()), ..late(fixed.clone()) };
        assert_eq!(refused(&[late(fixed.clone()), named]), "contingentCharges.1", "one rule for a penal charge");
        let unnamed = ContingentCharge { kind: ContingentKind::Other, ..late(fixed.clone()) };
        assert_eq!(refused(&[unnamed]), "contingentCharges.0.name");
        let by_day =
            ChargeRule::Daily(DailyRule::PerDay { amount_paise: NO_BOUND, grace_days: 0, max_paise: NO_BOUND });
        let foreclosure = ContingentCharge { kind: ContingentKind::Foreclosure, ..late(by_day) };
        assert_eq!(refused(&[foreclosure]), "contingentCharges.0");
        let foreclosure = ContingentCharge { kind: ContingentKind::Foreclosure, gst, ..late(fixed) };
        assert_eq!(check(&[], &[foreclosure]), Ok(()));
    }

    #[test]
    fn a_rule_is_written_under_its_kind_and_reads_back() {
        let (percent, max_paise): (Percent, _) = ("24".parse().unwrap(), NO_BOUND);
        for (rule, kind) in [
            (ChargeRule::Once(Fee::Fixed { amount_paise: NO_BOUND }), "fixed"),
            (ChargeRule::Daily(DailyRule::PerDay { amount_paise: NO_BOUND, grace_days: 1, max_paise }), "per_day"),
            (ChargeRule::Daily(DailyRule::PerAnnum { percent, grace_days: 1, max_paise }), "per_annum"),
        ] {
            let json = serde_json::to_value(&rule).unwrap();
            assert_eq!(json["kind"], kind);
            assert_eq!(serde_json::from_value::<ChargeRule>(json).unwrap(), rule);
        }
        let negative = ChargeRule::Daily(DailyRule::PerDay { amount_paise: Paise::new(-1), grace_days: 0, max_paise });
        let refusal = check(&[], &[late(negative)]).unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some("contingentCharges.0.amount"));
    }

    #[test]
    fn a_charge_at_disbursal_names_whom_it_goes_to_and_carries_its_own_gst() {
        let insurance = UpfrontCharge {
            kind: ChargeKind::Insurance,
            name: None,
            third_party: Some("Example Life".to_owned()),
            fee: Fee::Percent { percent: "1".parse().unwrap(), min_paise: Paise::ZERO, max_paise: NO_BOUND },
            gst: "18".parse().unwrap(),
        };
        let taken = insurance.on(Paise::from_rupees(6_500)).unwrap();
        assert_eq!((taken.amount, taken.gst, taken.total()), (Paise::new(6_500), Paise::new(1_170), Paise::new(7_670)));
        let blank = UpfrontCharge { third_party: Some("\u{202e}".to_owned()), ..insurance };
        assert_eq!(check(&[blank], &[]).unwrap_err().field.as_deref(), Some("charges.0.thirdParty"));
    }
}
