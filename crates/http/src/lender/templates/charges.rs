//! Charges of an offer template besides the processing fee, as JSON.

use qist_domain::money::{PAISE_MAX, Paise};
use qist_domain::product::{ChargeKind, ChargeRule, ContingentCharge, ContingentKind, UpfrontCharge};
use qist_domain::rate::Percent;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fee::{FeeSlab, ProcessingFee, refuse_strays, rupees, slabs_of};
use crate::extract::{present, required};
use crate::shape::{PercentNumber, Rupees};

/// Taken once from what is paid out, besides the processing fee.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChargeData {
    /// `insurance`, `valuation`, `legal`, `documentation`, `stamp_duty` or `other`.
    #[schema(value_type = String, example = "insurance")]
    kind: ChargeKind,
    /// What it is called; needed where `kind` is `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Group term cover")]
    name: Option<String>,
    /// Whom you pass it on to; absent where it is your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Example Life Insurance")]
    third_party: Option<String>,
    fee: ProcessingFee,
    /// Percent, on top of the fee.
    #[schema(example = 18)]
    gst: PercentNumber,
}

impl ChargeData {
    pub(super) fn read(self, field: &str) -> Result<UpfrontCharge, Refusal> {
        let ChargeData { kind, name, third_party, fee, gst } = self;
        Ok(UpfrontCharge { kind, name, third_party, fee: fee.read(&format!("{field}.fee"))?, gst: gst.0 })
    }
}

impl From<&UpfrontCharge> for ChargeData {
    fn from(charge: &UpfrontCharge) -> ChargeData {
        ChargeData {
            kind: charge.kind,
            name: charge.name.clone(),
            third_party: charge.third_party.clone(),
            fee: ProcessingFee::from(&charge.fee),
            gst: PercentNumber(charge.gst),
        }
    }
}

/// Charged only if something happens. What is not among them is never charged.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContingentChargeData {
    /// `late_payment` and `bounce` (on what is overdue of the instalment), `foreclosure` and `switching` (on the principal),
    /// `part_prepayment` (on the amount paid early) or `other`.
    #[schema(value_type = String, example = "late_payment")]
    kind: ContingentKind,
    /// What it is called; needed where `kind` is `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    name: Option<String>,
    rule: ChargeRuleData,
    /// Percent, on top; none where absent. Penal charges (`late_payment`, `bounce`) carry none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gst: Option<PercentNumber>,
}

impl ContingentChargeData {
    pub(super) fn read(self, field: &str) -> Result<ContingentCharge, Refusal> {
        let ContingentChargeData { kind, name, rule, gst } = self;
        let rule = rule.read(&format!("{field}.rule"))?;
        Ok(ContingentCharge { kind, name, rule, gst: gst.map_or(Percent::ZERO, |gst| gst.0) })
    }
}

impl From<&ContingentCharge> for ContingentChargeData {
    fn from(charge: &ContingentCharge) -> ContingentChargeData {
        ContingentChargeData {
            kind: charge.kind,
            name: charge.name.clone(),
            rule: ChargeRuleData::from(&charge.rule),
            gst: Some(PercentNumber(charge.gst)),
        }
    }
}

/// How much: `amount` where it is `fixed`; `percent` between `min` and `max` where it is `percent`; a fixed amount for each range
/// where it is `slabs`; `amount` for each day late where it is `per_day`; `percent` a year for each day overdue, over 365, where it
/// is `per_annum`. The last two only for `late_payment`: nothing within `graceDays`, at most `max`.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({ "kind": "per_annum", "percent": 24, "graceDays": 3, "max": 5000 }))]
pub struct ChargeRuleData {
    /// `fixed`, `percent`, `slabs`, `per_day` or `per_annum`.
    #[schema(value_type = String, example = "per_annum")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Rupees>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<PercentNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Rupees>,
    /// No bound where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Rupees>,
    /// None where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_days: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slabs: Option<Vec<FeeSlab>>,
}

const UNBOUNDED: Paise = Paise::new(PAISE_MAX);

impl ChargeRuleData {
    fn read(self, field: &str) -> Result<ChargeRule, Refusal> {
        let named = |part: &str| format!("{field}.{part}");
        let kind = required(&named("kind"), self.kind.clone())?;
        let own: &[&str] = match kind.as_str() {
            "fixed" => &["amount"],
            "percent" => &["percent", "min", "max"],
            "slabs" => &["slabs"],
            "per_day" => &["amount", "graceDays", "max"],
            "per_annum" => &["percent", "graceDays", "max"],
            _ => {
                let why = "must be one of fixed, percent, slabs, per_day, per_annum";
                return Err(Refusal::invalid(&named("kind"), why));
            }
        };
        let given = [
            ("amount", self.amount.is_some()),
            ("percent", self.percent.is_some()),
            ("min", self.min.is_some()),
            ("max", self.max.is_some()),
            ("graceDays", self.grace_days.is_some()),
            ("slabs", self.slabs.is_some()),
        ];
        refuse_strays(field, &kind, &given, own)?;
        let amount = || rupees(&named("amount"), self.amount);
        let percent = || present(&named("percent"), self.percent).map(|percent| percent.0);
        let bound = |part: &str, bound: Option<Rupees>, none: Paise| match bound {
            Some(bound) => rupees(&named(part), Some(bound)),
            None => Ok(none),
        };
        let max_paise = bound("max", self.max, UNBOUNDED)?;
        let grace_days = self.grace_days.unwrap_or(0);
        Ok(match kind.as_str() {
            "fixed" => ChargeRule::Fixed { amount_paise: amount()? },
            "percent" => {
                let min_paise = bound("min", self.min, Paise::ZERO)?;
                ChargeRule::Percent { percent: percent()?, min_paise, max_paise }
            }
            "per_day" => ChargeRule::PerDay { amount_paise: amount()?, grace_days, max_paise },
            "per_annum" => ChargeRule::PerAnnum { percent: percent()?, grace_days, max_paise },
            _ => ChargeRule::Slabs { slabs: slabs_of(&named("slabs"), self.slabs)? },
        })
    }
}

impl From<&ChargeRule> for ChargeRuleData {
    fn from(rule: &ChargeRule) -> ChargeRuleData {
        let of = |kind: &str| ChargeRuleData { kind: Some(kind.to_owned()), ..ChargeRuleData::default() };
        let bound = |bound: Paise| (bound < UNBOUNDED).then_some(Rupees(bound));
        match rule {
            ChargeRule::Fixed { amount_paise } => ChargeRuleData { amount: Some(Rupees(*amount_paise)), ..of("fixed") },
            ChargeRule::Percent { percent, min_paise, max_paise } => ChargeRuleData {
                percent: Some(PercentNumber(*percent)),
                min: Some(Rupees(*min_paise)),
                max: bound(*max_paise),
                ..of("percent")
            },
            ChargeRule::Slabs { slabs } => {
                let slabs = FeeSlab::all(slabs);
                ChargeRuleData { slabs: Some(slabs), ..of("slabs") }
            }
            ChargeRule::PerDay { amount_paise, grace_days, max_paise } => ChargeRuleData {
                amount: Some(Rupees(*amount_paise)),
                grace_days: Some(*grace_days),
                max: bound(*max_paise),
                ..of("per_day")
            },
            ChargeRule::PerAnnum { percent, grace_days, max_paise } => ChargeRuleData {
                percent: Some(PercentNumber(*percent)),
                grace_days: Some(*grace_days),
                max: bound(*max_paise),
                ..of("per_annum")
            },
        }
    }
}

/// A list that was sent, element by element, each with its place in the names of refusals.
pub(super) fn each<T, U>(
    field: &str,
    list: Option<Vec<T>>,
    read: impl Fn(T, &str) -> Result<U, Refusal>,
) -> Result<Vec<U>, Refusal> {
    let list = list.unwrap_or_default().into_iter().enumerate();
    list.map(|(at, item)| read(item, &format!("{field}.{at}"))).collect()
}

#[cfg(test)]
mod tests {
    use qist_domain::product::Slab;

    use super::*;

    fn read(body: &str) -> Result<ChargeRule, Option<String>> {
        serde_json::from_str::<ChargeRuleData>(body).unwrap().read("rule").map_err(|refusal| refusal.field)
    }

    #[test]
    fn what_is_written_reads_back() {
        let percent: Percent = "2.5".parse().unwrap();
        let slabs = vec![Slab { up_to_paise: Paise::from_rupees(900), amount_paise: Paise::new(50) }];
        for rule in [
            ChargeRule::Fixed { amount_paise: Paise::from_rupees(500) },
            ChargeRule::Percent { percent, min_paise: Paise::new(1), max_paise: UNBOUNDED },
            ChargeRule::Slabs { slabs },
            ChargeRule::PerDay { amount_paise: Paise::new(1_050), grace_days: 3, max_paise: Paise::from_rupees(9) },
            ChargeRule::PerAnnum { percent, grace_days: 0, max_paise: UNBOUNDED },
        ] {
            assert_eq!(read(&serde_json::to_string(&ChargeRuleData::from(&rule)).unwrap()), Ok(rule));
        }
    }

    #[test]
    fn a_rule_says_all_of_its_kind_and_nothing_of_another() {
        for (body, field) in [
            ("{}", "kind"),
            ("{\"kind\":\"compounding\"}", "kind"),
            ("{\"kind\":\"fixed\"}", "amount"),
            ("{\"kind\":\"fixed\",\"amount\":5,\"graceDays\":1}", "graceDays"),
            ("{\"kind\":\"percent\",\"percent\":2,\"min\":-1}", "min"),
            ("{\"kind\":\"per_day\",\"percent\":2}", "percent"),
            ("{\"kind\":\"per_annum\"}", "percent"),
            ("{\"kind\":\"slabs\"}", "slabs"),
        ] {
            assert_eq!(read(body), Err(Some(format!("rule.{field}"))), "{body}");
        }
    }
}
