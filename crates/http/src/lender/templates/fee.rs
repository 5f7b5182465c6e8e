use qist_domain::money::Paise;
use qist_domain::product::{Fee, Slab};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{present, required};
use crate::shape::{PercentNumber, Rupees};

/// More would be a formula.
const SLABS_MAX: usize = 100;

/// What is charged for processing, before GST: `amount` where it is `fixed`; `percent` of the amount lent, kept between `min`
/// and `max`, where it is `percent`; a fixed amount for each range of the amount lent where it is `slabs`.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "percent", "percent": 2, "min": 500, "max": 5000 }))]
pub struct ProcessingFee {
    /// `fixed`, `percent` or `slabs`.
    #[schema(value_type = String, example = "percent")]
    pub(super) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) amount: Option<Rupees>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) percent: Option<PercentNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<Rupees>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<Rupees>,
    /// Each further than the one before; the last is for all larger amounts too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) slabs: Option<Vec<FeeSlab>>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FeeSlab {
    /// The largest amount lent that it is for.
    #[schema(example = 25000)]
    up_to: Rupees,
    #[schema(example = 500)]
    amount: Rupees,
}

impl ProcessingFee {
    /// `field` is what it is called in the request.
    pub(super) fn read(self, field: &str) -> Result<Fee, Refusal> {
        let named = |part: &str| format!("{field}.{part}");
        match required(&named("kind"), self.kind.clone())?.as_str() {
            "fixed" => {
                self.own_alone(field, &["amount"])?;
                Ok(Fee::Fixed { amount_paise: rupees(&named("amount"), self.amount)? })
            }
            "percent" => {
                self.own_alone(field, &["percent", "min", "max"])?;
                let percent = present(&named("percent"), self.percent)?.0;
                let (min_paise, max_paise) = (rupees(&named("min"), self.min)?, rupees(&named("max"), self.max)?);
                Ok(Fee::Percent { percent, min_paise, max_paise })
            }
            "slabs" => {
                self.own_alone(field, &["slabs"])?;
                Ok(Fee::Slabs { slabs: slabs_of(&named("slabs"), self.slabs)? })
            }
            _ => Err(Refusal::invalid(&named("kind"), "must be one of fixed, percent, slabs")),
        }
    }

    fn own_alone(&self, field: &str, own: &[&str]) -> Result<(), Refusal> {
        let given = [
            ("amount", self.amount.is_some()),
            ("percent", self.percent.is_some()),
            ("min", self.min.is_some()),
            ("max", self.max.is_some()),
            ("slabs", self.slabs.is_some()),
        ];
        refuse_strays(field, self.kind.as_deref().unwrap_or_default(), &given, own)
    }
}

/// A field of another kind is a mistake, not something to pass over.
pub(super) fn refuse_strays(field: &str, kind: &str, given: &[(&str, bool)], own: &[&str]) -> Result<(), Refusal> {
    match given.iter().find(|(name, is_there)| *is_there && !own.contains(name)) {
        Some((name, _)) => {
            Err(Refusal::invalid(&format!("{field}.{name}"), format!("does not belong to what is {kind}")))
        }
        None => Ok(()),
    }
}

pub(super) fn slabs_of(field: &str, slabs: Option<Vec<FeeSlab>>) -> Result<Vec<Slab>, Refusal> {
    let slabs = present(field, slabs)?;
    if slabs.len() > SLABS_MAX {
        return Err(Refusal::invalid(field, format!("must be at most {SLABS_MAX}")));
    }
    let slab = |slab: FeeSlab| Slab { up_to_paise: slab.up_to.0, amount_paise: slab.amount.0 };
    Ok(slabs.into_iter().map(slab).collect())
}

impl FeeSlab {
    pub(super) fn all(slabs: &[Slab]) -> Vec<FeeSlab> {
        let slab = |slab: &Slab| FeeSlab { up_to: Rupees(slab.up_to_paise), amount: Rupees(slab.amount_paise) };
        slabs.iter().map(slab).collect()
    }
}

pub(super) fn rupees(field: &str, amount: Option<Rupees>) -> Result<Paise, Refusal> {
    let amount = present(field, amount)?.0;
    if amount < Paise::ZERO { Err(Refusal::invalid(field, "must not be negative")) } else { Ok(amount) }
}

impl From<&Fee> for ProcessingFee {
    fn from(fee: &Fee) -> ProcessingFee {
        let none = ProcessingFee { kind: None, amount: None, percent: None, min: None, max: None, slabs: None };
        match fee {
            Fee::Fixed { amount_paise } => {
                ProcessingFee { kind: Some("fixed".to_owned()), amount: Some(Rupees(*amount_paise)), ..none }
            }
            Fee::Percent { percent, min_paise, max_paise } => ProcessingFee {
                kind: Some("percent".to_owned()),
                percent: Some(PercentNumber(*percent)),
                min: Some(Rupees(*min_paise)),
                max: Some(Rupees(*max_paise)),
                ..none
            },
            Fee::Slabs { slabs } => {
                let slabs = Some(FeeSlab::all(slabs));
                ProcessingFee { kind: Some("slabs".to_owned()), slabs, ..none }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Fee, Option<String>> {
        serde_json::from_str::<ProcessingFee>(body).unwrap().read("processingFee").map_err(|refusal| refusal.field)
    }

    #[test]
    fn what_is_written_reads_back() {
        for fee in [
            Fee::Fixed { amount_paise: Paise::from_rupees(700) },
            Fee::Percent {
                percent: "2.25".parse().unwrap(),
                min_paise: Paise::new(50_050),
                max_paise: Paise::from_rupees(5_000),
            },
            Fee::Slabs {
                slabs: vec![Slab { up_to_paise: Paise::from_rupees(9_000), amount_paise: Paise::new(50_050) }],
            },
        ] {
            assert_eq!(read(&serde_json::to_string(&ProcessingFee::from(&fee)).unwrap()), Ok(fee));
        }
    }

    #[test]
    fn a_fee_says_all_of_its_kind_and_nothing_of_the_other() {
        for (body, field) in [
            ("{}", "kind"),
            ("{\"kind\":\"free\"}", "kind"),
            ("{\"kind\":\"fixed\"}", "amount"),
            ("{\"kind\":\"fixed\",\"amount\":-1}", "amount"),
            ("{\"kind\":\"fixed\",\"amount\":1,\"max\":2}", "max"),
            ("{\"kind\":\"percent\",\"min\":1,\"max\":2}", "percent"),
            ("{\"kind\":\"percent\",\"percent\":2,\"max\":2}", "min"),
            ("{\"kind\":\"percent\",\"percent\":2,\"min\":0}", "max"),
            ("{\"kind\":\"percent\",\"percent\":2,\"min\":0,\"max\":2,\"amount\":1}", "amount"),
            ("{\"kind\":\"slabs\"}", "slabs"),
            ("{\"kind\":\"slabs\",\"slabs\":[],\"min\":1}", "min"),
        ] {
            assert_eq!(read(body), Err(Some(format!("processingFee.{field}"))), "{body}");
        }
    }
}
