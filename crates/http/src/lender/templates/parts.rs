//! The parts that the money goes out in, as JSON.

use qist_domain::product::{DisbursalPart, PartDay, PartShare};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shape::{PercentNumber, Rupees};

/// One part: `percent` of the amount lent or an `amount`; the last one has neither and is what the others leave. It goes out
/// `afterDays` or `afterPeriods` after the first, which goes out at once.
#[derive(Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[schema(example = json!({ "percent": 40, "afterDays": 30 }))]
pub struct PartData {
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<PercentNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<Rupees>,
    /// 0 to 3660.
    #[serde(skip_serializing_if = "Option::is_none")]
    after_days: Option<u32>,
    /// Periods of the instalments, 0 to 1200.
    #[serde(skip_serializing_if = "Option::is_none")]
    after_periods: Option<u32>,
}

impl PartData {
    pub(super) fn all(parts: Vec<PartData>, field: &str) -> Result<Vec<DisbursalPart>, Refusal> {
        parts.into_iter().enumerate().map(|(at, part)| part.read(&format!("{field}.{at}"))).collect()
    }

    fn read(self, field: &str) -> Result<DisbursalPart, Refusal> {
        let share = match (self.percent, self.amount) {
            (Some(percent), None) => PartShare::Percent(percent.0),
            (None, Some(amount)) => PartShare::Paise(amount.0),
            (None, None) => PartShare::Rest,
            (Some(_), Some(_)) => return Err(Refusal::invalid(field, "must have either percent or amount")),
        };
        let after = match (self.after_days, self.after_periods) {
            (Some(days), None) => PartDay::Days(days),
            (None, Some(periods)) => PartDay::Periods(periods),
            (None, None) => PartDay::Days(0),
            (Some(_), Some(_)) => return Err(Refusal::invalid(field, "must have either afterDays or afterPeriods")),
        };
        Ok(DisbursalPart { share, after })
    }
}

impl From<&DisbursalPart> for PartData {
    fn from(part: &DisbursalPart) -> PartData {
        let (percent, amount) = match part.share {
            PartShare::Percent(percent) => (Some(PercentNumber(percent)), None),
            PartShare::Paise(amount) => (None, Some(Rupees(amount))),
            PartShare::Rest => (None, None),
        };
        let (after_days, after_periods) = match part.after {
            PartDay::Days(days) => (Some(days), None),
            PartDay::Periods(periods) => (None, Some(periods)),
        };
        PartData { percent, amount, after_days, after_periods }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_read_back_as_they_are_written() {
        let text = r#"[{"percent":40,"afterDays":0},{"amount":1000.5,"afterPeriods":2},{"afterDays":90}]"#;
        let parts = PartData::all(serde_json::from_str(text).unwrap(), "disbursals").unwrap();
        let written: Vec<PartData> = parts.iter().map(PartData::from).collect();
        assert_eq!(serde_json::to_string(&written).unwrap(), text);
        for (text, says) in [
            (r#"[{"percent":1,"amount":1}]"#, "percent or amount"),
            (r#"[{"afterDays":1,"afterPeriods":1}]"#, "afterDays or"),
        ] {
            let refusal = PartData::all(serde_json::from_str(text).unwrap(), "disbursals").unwrap_err();
            assert!(refusal.field.as_deref() == Some("disbursals.0") && refusal.message.contains(says), "{refusal}");
        }
    }
}
