use qist_domain::money::Paise;
use qist_domain::product::Fee;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::extract::{present, required};
use crate::shape::{PercentNumber, Rupees};

/// What is charged for processing, before GST: `amount` where it is `fixed`; `percent` of the amount lent, kept between `min`
/// and `max`, where it is `percent`.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "percent", "percent": 2, "min": 500, "max": 5000 }))]
pub struct ProcessingFee {
    /// `fixed` or `percent`.
    #[schema(value_type = String, example = "percent")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Rupees>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<PercentNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<Rupees>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<Rupees>,
}

impl ProcessingFee {
    pub(super) fn read(self) -> Result<Fee, Refusal> {
        match required("processingFee.kind", self.kind)?.as_str() {
            "fixed" => {
                let strays =
                    [("percent", self.percent.is_some()), ("min", self.min.is_some()), ("max", self.max.is_some())];
                refuse_strays(&strays, "fixed")?;
                Ok(Fee::Fixed { amount_paise: rupees("amount", self.amount)? })
            }
            "percent" => {
                refuse_strays(&[("amount", self.amount.is_some())], "percent")?;
                let percent = present("processingFee.percent", self.percent)?.0;
                let (min_paise, max_paise) = (rupees("min", self.min)?, rupees("max", self.max)?);
                Ok(Fee::Percent { percent, min_paise, max_paise })
            }
            _ => Err(Refusal::invalid("processingFee.kind", "must be one of fixed, percent")),
        }
    }
}

/// A field of the other kind is a mistake, not something to pass over.
fn refuse_strays(strays: &[(&str, bool)], kind: &str) -> Result<(), Refusal> {
    match strays.iter().find(|(_, is_there)| *is_there) {
        Some((name, _)) => Err(Refusal::invalid(&format!("processingFee.{name}"), format!("is not of a {kind} fee"))),
        None => Ok(()),
    }
}

fn rupees(name: &str, amount: Option<Rupees>) -> Result<Paise, Refusal> {
    let field = format!("processingFee.{name}");
    let amount = present(&field, amount)?.0;
    if amount < Paise::ZERO { Err(Refusal::invalid(&field, "must not be negative")) } else { Ok(amount) }
}

impl From<&Fee> for ProcessingFee {
    fn from(fee: &Fee) -> ProcessingFee {
        let none = ProcessingFee { kind: None, amount: None, percent: None, min: None, max: None };
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Fee, Option<String>> {
        serde_json::from_str::<ProcessingFee>(body).unwrap().read().map_err(|refusal| refusal.field)
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
        ] {
            assert_eq!(read(body), Err(Some(format!("processingFee.{field}"))), "{body}");
        }
    }
}
