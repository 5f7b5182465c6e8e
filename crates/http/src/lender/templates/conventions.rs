//! The conventions of an offer template as JSON.

use qist_domain::calendar::{Calendar, Roll, Weekend};
use qist_domain::day::Day;
use qist_domain::money::{Paise, Rounding, RoundingUnit};
use qist_domain::product::{
    BrokenPeriod, GstMode, InterestDays, MonthEnd, Moratorium, MoratoriumInterest, Period, PeriodUnit, RateBasis,
    Remainder, Terms,
};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fee::ProcessingFee;
use super::parts::PartData;
use crate::shape::Rupees;

const HOLIDAYS_MAX: usize = 1_000;

/// How days are counted and figures rounded. What is left out takes the default that is named with it.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Conventions {
    /// How far instalments are apart; one month where absent.
    period: Option<PeriodData>,
    /// How interest follows from the annual rate: `per_period` (where absent: a twelfth for each month, 7/365 for a week, 1/365
    /// for a day), or by days `actual_365`, `actual_actual`, `actual_360`, `thirty_360`.
    #[schema(value_type = Option<String>, example = "per_period")]
    rate_basis: Option<RateBasis>,
    /// The days that interest is counted between: due days before (`unrolled`, where absent) or after (`rolled`) they are moved
    /// for holidays.
    #[schema(value_type = Option<String>, example = "unrolled")]
    interest_days: Option<InterestDays>,
    /// The EMI is a multiple of this: `0.01`, or whole rupees. `1` where absent.
    #[schema(example = 1)]
    emi_rounded_to: Option<Rupees>,
    /// `half_up` (where absent), `half_even` or `up`.
    #[schema(value_type = Option<String>, example = "half_up")]
    emi_rounding: Option<Rounding>,
    /// Who bears what rounding the EMI leaves: the instalment that is `last` or `first`, all of them (`spread`), or the `lender`
    /// (flat rate only). Where absent, the lender of a flat rate and the last instalment otherwise.
    #[schema(value_type = Option<String>, example = "last")]
    remainder: Option<Remainder>,
    /// Interest is a multiple of this: `0.01` (where absent), or whole rupees.
    #[schema(example = 0.01)]
    interest_rounded_to: Option<Rupees>,
    /// As `emiRounding`.
    #[schema(value_type = Option<String>, example = "half_up")]
    interest_rounding: Option<Rounding>,
    /// The day of the month (1 to 31) or, with weeks, of the week (1, Monday, to 7) on which instalments fall due. That of the
    /// disbursal where absent.
    #[schema(example = 5)]
    anchor_day: Option<u8>,
    /// What the last day of a month is followed by: `same_number` (where absent: 30 April by 30 May) or `last_day` (by 31 May).
    #[schema(value_type = Option<String>, example = "same_number")]
    month_end: Option<MonthEnd>,
    /// Whole periods from disbursal to the first instalment, at least: 1 to 60; 1 where absent.
    #[schema(example = 1)]
    first_due_periods: Option<u32>,
    /// In place of that, days from disbursal to the first instalment, at least: 1 to 366.
    #[schema(example = 15)]
    first_due_gap_days: Option<u32>,
    /// What happens to the interest of the days before the first whole period: `waived`, taken `upfront`, added to the first
    /// instalment (`first_emi`, where absent), added to all (`spread`), added to what is owed (`capitalised`), or an instalment of
    /// its own (`pre_emi`).
    #[schema(value_type = Option<String>, example = "first_emi")]
    broken_period: Option<BrokenPeriod>,
    /// Instalments taken at disbursal; they carry no interest. None where absent.
    #[schema(example = 0)]
    advance_emis: Option<u32>,
    /// Instalments at the beginning that repay nothing; none where absent.
    moratorium: Option<MoratoriumData>,
    /// The parts that the money goes out in, 2 to 60; none where absent: it goes out at once. Not with `flat_rate` or `advanceEmis`.
    /// What is taken at disbursal is taken from the first.
    #[schema(example = json!([]))]
    disbursals: Option<Vec<PartData>>,
    /// Whether the processing fee is named without GST (`exclusive`, where absent) or with it (`inclusive`).
    #[schema(value_type = Option<String>, example = "exclusive")]
    gst_mode: Option<GstMode>,
    /// What a seller bears for the borrower, with GST like the fee; nothing where absent.
    subvention: Option<ProcessingFee>,
    /// Where a due day that is no business day goes: `none`, `following` (where absent), `preceding` or `modified_following`.
    #[schema(value_type = Option<String>, example = "following")]
    due_day_roll: Option<Roll>,
    /// Which days of the week are no business days: `none`, `sun`, `sat_sun` (where absent) or `sun_and_2nd_4th_sat`.
    #[schema(value_type = Option<String>, example = "sat_sun")]
    weekend: Option<Weekend>,
    /// Other days that are no business days, each `YYYY-MM-DD`; none where absent.
    #[schema(value_type = Option<Vec<String>>, example = json!(["2021-08-15"]))]
    holidays: Option<Vec<Day>>,
    /// The last day for which holidays are known: a schedule that goes beyond it is refused. None where absent.
    #[schema(value_type = Option<String>, example = "2031-12-31")]
    holidays_until: Option<Day>,
    /// Which edition of the holidays this is, for the record.
    #[schema(example = "2026-1")]
    calendar_version: Option<String>,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PeriodData {
    /// 1 to 366.
    #[schema(example = 1)]
    every: u32,
    /// `days`, `weeks` or `months`.
    #[schema(value_type = String, example = "months")]
    unit: PeriodUnit,
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MoratoriumData {
    /// How many of the tenure's instalments.
    #[schema(example = 3)]
    periods: u32,
    /// `capitalised` (added to what is owed) or `serviced` (paid each period).
    #[schema(value_type = String, example = "serviced")]
    interest: MoratoriumInterest,
}

impl Conventions {
    /// These in place of the plain terms' own.
    pub(super) fn applied_to(self, plain: Terms) -> Result<Terms, Refusal> {
        let mut holidays = self.holidays.unwrap_or_default();
        if holidays.len() > HOLIDAYS_MAX {
            return Err(Refusal::invalid("conventions.holidays", format!("must be at most {HOLIDAYS_MAX} days")));
        }
        holidays.sort_unstable();
        holidays.dedup();
        let version = self.calendar_version;
        if version.as_ref().is_some_and(|version| !(1..=40).contains(&version.len())) {
            return Err(Refusal::invalid("conventions.calendarVersion", "must have 1 to 40 characters"));
        }
        let moratorium = self.moratorium.map(|MoratoriumData { periods, interest }| Moratorium { periods, interest });
        Ok(Terms {
            period: self.period.map_or(plain.period, |PeriodData { every, unit }| Period { every, unit }),
            rate_basis: self.rate_basis.unwrap_or(plain.rate_basis),
            interest_days: self.interest_days.unwrap_or(plain.interest_days),
            emi_unit: unit("conventions.emiRoundedTo", self.emi_rounded_to)?.unwrap_or(plain.emi_unit),
            emi_rounding: self.emi_rounding.unwrap_or(plain.emi_rounding),
            remainder: self.remainder.or(plain.remainder),
            interest_unit: unit("conventions.interestRoundedTo", self.interest_rounded_to)?
                .unwrap_or(plain.interest_unit),
            interest_rounding: self.interest_rounding.unwrap_or(plain.interest_rounding),
            anchor_day: self.anchor_day.or(plain.anchor_day),
            month_end: self.month_end.unwrap_or(plain.month_end),
            first_due_periods: self.first_due_periods.unwrap_or(plain.first_due_periods),
            first_due_gap_days: self.first_due_gap_days.or(plain.first_due_gap_days),
            broken_period: self.broken_period.unwrap_or(plain.broken_period),
            advance_emis: self.advance_emis.unwrap_or(plain.advance_emis),
            moratorium: moratorium.or(plain.moratorium),
            disbursals: match self.disbursals {
                Some(parts) => PartData::all(parts, "conventions.disbursals")?,
                None => plain.disbursals,
            },
            gst_mode: self.gst_mode.unwrap_or(plain.gst_mode),
            subvention: match self.subvention {
                Some(subvention) => subvention.read("conventions.subvention")?,
                None => plain.subvention,
            },
            roll: self.due_day_roll.unwrap_or(plain.roll),
            calendar: Calendar {
                weekend: self.weekend.unwrap_or(plain.calendar.weekend),
                holidays,
                valid_until: self.holidays_until,
                version,
            },
            ..plain
        })
    }
}

impl From<&Terms> for Conventions {
    fn from(terms: &Terms) -> Conventions {
        Conventions {
            period: Some(PeriodData { every: terms.period.every, unit: terms.period.unit }),
            rate_basis: Some(terms.rate_basis),
            interest_days: Some(terms.interest_days),
            emi_rounded_to: Some(Paise::new(terms.emi_unit.paise()).into()),
            emi_rounding: Some(terms.emi_rounding),
            remainder: Some(terms.remainder()),
            interest_rounded_to: Some(Paise::new(terms.interest_unit.paise()).into()),
            interest_rounding: Some(terms.interest_rounding),
            anchor_day: terms.anchor_day,
            month_end: Some(terms.month_end),
            first_due_periods: Some(terms.first_due_periods),
            first_due_gap_days: terms.first_due_gap_days,
            broken_period: Some(terms.broken_period),
            advance_emis: Some(terms.advance_emis),
            moratorium: terms.moratorium.map(|Moratorium { periods, interest }| MoratoriumData { periods, interest }),
            disbursals: Some(terms.disbursals.iter().map(PartData::from).collect()),
            gst_mode: Some(terms.gst_mode),
            subvention: Some(ProcessingFee::from(&terms.subvention)),
            due_day_roll: Some(terms.roll),
            weekend: Some(terms.calendar.weekend),
            holidays: Some(terms.calendar.holidays.clone()),
            holidays_until: terms.calendar.valid_until,
            calendar_version: terms.calendar.version.clone(),
        }
    }
}

fn unit(field: &str, unit: Option<Rupees>) -> Result<Option<RoundingUnit>, Refusal> {
    let Some(Rupees(amount)) = unit else { return Ok(None) };
    let paise = amount.get();
    let whole = (paise > 0 && paise % 100 == 0).then(|| u32::try_from(paise / 100).ok()).flatten();
    match (paise, whole) {
        (1, _) => Ok(Some(RoundingUnit::Paisa)),
        (_, Some(1)) => Ok(Some(RoundingUnit::Rupee)),
        (_, Some(rupees)) => Ok(Some(RoundingUnit::Rupees(rupees))),
        (_, None) => Err(Refusal::invalid(field, "must be 0.01 or whole rupees")),
    }
}
