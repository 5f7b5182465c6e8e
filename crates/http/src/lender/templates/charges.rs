//! Charges of an offer template besides the processing fee, as JSON.

use qist_domain::money::{PAISE_MAX, Paise};
use qist_domain::product::{ChargeKind, ChargeRule, ContingentCharge, ContingentKind, DailyRule, Fee, UpfrontCharge};
use qist_domain::rate::Percent;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fee::{FeeSlab, ProcessingFee, refuse_strays, rupees};
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

const UNBOUNDED: Rupees = Rupees(Paise::new(PAISE_MAX));

impl ChargeRuleData {
    fn read(self, field: &str) -> Result<ChargeRule, Refusal> {
        let named = |part: &str| format!("{field}.{part}");
        let kind = required(&named("kind"), self.kind.clone())?;
        let daily: &[&str] = match kind.as_str() {
            "fixed" | "slabs" | "percent" => return self.once(field, &kind).map(ChargeRule::Once),
            "per_day" => &["amount", "graceDays", "max"],
            "per_annum" => &["percent", "graceDays", "max"],
            _ => {
                let why = "must be one of fixed, percent, slabs, per_day, per_annum";
                return Err(Refusal::invalid(&named("kind"), why));
            }
        };
        refuse_strays(field, &kind, &self.given(), daily)?;
        let grace_days = self.grace_days.unwrap_or(0);
        let max_paise = rupees(&named("max"), Some(self.max.unwrap_or(UNBOUNDED)))?;
        Ok(ChargeRule::Daily(if kind == "per_day" {
            DailyRule::PerDay { amount_paise: rupees(&named("amount"), self.amount)?, grace_days, max_paise }
        } else {
            DailyRule::PerAnnum { percent: present(&named("percent"), self.percent)?.0, grace_days, max_paise }
        }))
    }

    /// Read as a fee, but that its bounds may be absent.
    fn once(self, field: &str, kind: &str) -> Result<Fee, Refusal> {
        if self.grace_days.is_some() {
            refuse_strays(field, kind, &[("graceDays", true)], &[])?;
        }
        let ChargeRuleData { kind, amount, percent, mut min, mut max, slabs, .. } = self;
        if kind.as_deref() == Some("percent") {
            (min, max) = (min.or(Some(Rupees(Paise::ZERO))), max.or(Some(UNBOUNDED)));
        }
        ProcessingFee { kind, amount, percent, min, max, slabs }.read(field)
    }

    fn given(&self) -> [(&'static str, bool); 6] {
        [
            ("amount", self.amount.is_some()),
            ("percent", self.percent.is_some()),
            ("min", self.min.is_some()),
            ("max", self.max.is_some()),
            ("graceDays", self.grace_days.is_some()),
            ("slabs", self.slabs.is_some()),
        ]
    }
}

impl From<&ChargeRule> for ChargeRuleData {
    fn from(rule: &ChargeRule) -> ChargeRuleData {
        let bound = |bound: Rupees| (bound.0 < UNBOUNDED.0).then_some(bound);
        let daily = |kind: &str, grace_days: u32, max: Paise| ChargeRuleData {
            kind: Some(kind.to_owned()),
            grace_days: Some(grace_days),
            max: bound(Rupees(max)),
            ..ChargeRuleData::default()
        };
        match rule {
            ChargeRule::Once(fee) => {
                let ProcessingFee { kind, amount, percent, min, max, slabs } = ProcessingFee::from(fee);
                ChargeRuleData { kind, amount, percent, min, max: max.and_then(bound), slabs, grace_days: None }
            }
            ChargeRule::Daily(DailyRule::PerDay { amount_paise, grace_days, max_paise }) => {
                ChargeRuleData { amount: Some(Rupees(*amount_paise)), ..daily("per_day", *grace_days, *max_paise) }
            }
            ChargeRule::Daily(DailyRule::PerAnnum { percent, grace_days, max_paise }) => {
                ChargeRuleData { percent: Some(PercentNumber(*percent)), ..daily("per_annum", *grace_days, *max_paise) }
            }
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
            ChargeRule::Once(Fee::Fixed { amount_paise: Paise::from_rupees(500) }),
            ChargeRule::Once(Fee::Percent { percent, min_paise: Paise::new(1), max_paise: UNBOUNDED.0 }),
            ChargeRule::Once(Fee::Slabs { slabs }),
            ChargeRule::Daily(DailyRule::PerDay {
                amount_paise: Paise::new(1_050),
                grace_days: 3,
                max_paise: Paise::from_rupees(9),
            }),
            ChargeRule::Daily(DailyRule::PerAnnum { percent, grace_days: 0, max_paise: UNBOUNDED.0 }),
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
