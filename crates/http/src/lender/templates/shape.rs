//! An offer template as JSON: what is sent, with the product's defaults where something is left out, and what is answered.

use qist_app::error::Error;
use qist_app::lender::templates::SaveTemplate;
use qist_domain::calendar::{Calendar, Roll, Weekend};
use qist_domain::day::Day;
use qist_domain::format::clean_text;
use qist_domain::id::{OfferTemplateId, ProgrammeId};
use qist_domain::money::{Paise, Rounding, RoundingUnit};
use qist_domain::product::{EmiMethod, Fee, Terms};
use qist_domain::programme::OfferTemplate;
use qist_domain::rate::Percent;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fee::ProcessingFee;
use crate::extract::{formatted, optional, positive, present, required};
use crate::shape::{PercentNumber, Rupees};

const HOLIDAYS_MAX: usize = 1_000;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateRequest {
    /// For a new template alone: one of the programmes that you take part in.
    #[serde(rename = "programmeID")]
    #[schema(example = "8f0b0d9c-3d9f-4c55-9b0c-9f3e98a24b8e")]
    programme_id: Option<String>,
    #[schema(value_type = String, example = "Six months, flat")]
    name: Option<String>,
    /// Whether offers are made from it.
    #[schema(value_type = bool, example = true)]
    active: Option<bool>,
    /// The smallest amount that it is for.
    #[schema(value_type = Rupees, example = 5000)]
    min_amount: Option<Rupees>,
    /// The largest amount that it is for.
    #[schema(value_type = Rupees, example = 50000)]
    max_amount: Option<Rupees>,
    /// 1 to 360.
    #[schema(value_type = u32, example = 6)]
    tenure_months: Option<u32>,
    /// `flat_rate` or `reducing_balance`.
    #[schema(value_type = String, example = "flat_rate")]
    emi_calculation_method: Option<EmiMethod>,
    /// Percent a year.
    #[schema(value_type = PercentNumber, example = 14.4)]
    annual_interest: Option<PercentNumber>,
    #[schema(value_type = ProcessingFee)]
    processing_fee: Option<ProcessingFee>,
    /// Percent, on the processing fee.
    #[schema(value_type = PercentNumber, example = 18)]
    gst: Option<PercentNumber>,
    /// The EMI is a multiple of this: `0.01`, or whole rupees. `1` where absent.
    #[schema(example = 1)]
    emi_rounded_to: Option<Rupees>,
    /// `half_up` (where absent), `half_even` or `up`.
    #[schema(value_type = Option<String>, example = "half_up")]
    emi_rounding: Option<Rounding>,
    /// Where a due day that is no business day goes: `none`, `following` (where absent), `preceding` or `modified_following`.
    #[schema(value_type = Option<String>, example = "following")]
    due_day_roll: Option<Roll>,
    /// Which days of the week are no business days: `none`, `sun`, `sat_sun` (where absent) or `sun_and_2nd_4th_sat`.
    #[schema(value_type = Option<String>, example = "sat_sun")]
    weekend: Option<Weekend>,
    /// Other days that are no business days, each `YYYY-MM-DD`; none where absent.
    #[schema(value_type = Option<Vec<String>>, example = json!(["2021-08-15"]))]
    holidays: Option<Vec<Day>>,
    /// Months from disbursal to the first instalment, 1 to 12; 1 where absent.
    #[schema(example = 1)]
    first_due_months: Option<u32>,
}

impl TemplateRequest {
    /// A new template where `id` is `None`, else the next version of that one.
    pub(super) fn command(self, id: Option<OfferTemplateId>) -> Result<SaveTemplate, Error> {
        let programme = programme(self.programme_id, id)?;
        let name = required("name", self.name)?;
        let active = present("active", self.active)?;
        let min_amount = present("minAmount", self.min_amount)?;
        let max_amount = present("maxAmount", self.max_amount)?;
        let tenure_months = present("tenureMonths", self.tenure_months)?;
        let method = present("emiCalculationMethod", self.emi_calculation_method)?;
        let annual_rate = present("annualInterest", self.annual_interest)?.0;
        let fee = present("processingFee", self.processing_fee)?;
        let gst = present("gst", self.gst)?.0;
        let plain = Charges { method, annual_rate, fee: fee.read()?, gst }.with_default_conventions()?;
        let mut holidays = self.holidays.unwrap_or_default();
        if holidays.len() > HOLIDAYS_MAX {
            return Err(Refusal::invalid("holidays", format!("must be at most {HOLIDAYS_MAX} days")).into());
        }
        holidays.sort_unstable();
        holidays.dedup();
        let terms = Terms {
            emi_unit: self.emi_rounded_to.map_or(Ok(plain.emi_unit), rounding_unit)?,
            emi_rounding: self.emi_rounding.unwrap_or(plain.emi_rounding),
            roll: self.due_day_roll.unwrap_or(plain.roll),
            calendar: Calendar { weekend: self.weekend.unwrap_or(plain.calendar.weekend), holidays },
            first_due_months: self.first_due_months.unwrap_or(plain.first_due_months),
            ..plain
        };
        Ok(SaveTemplate {
            id,
            programme,
            name: formatted("name", clean_text(&name, 100))?,
            active,
            amount_min: positive("minAmount", min_amount)?,
            amount_max: positive("maxAmount", max_amount)?,
            tenure_months,
            terms,
        })
    }
}

/// A template stays in its programme, so only a new one names it.
fn programme(text: Option<String>, id: Option<OfferTemplateId>) -> Result<Option<ProgrammeId>, Refusal> {
    match (optional(text), id) {
        (None, None) => Err(Refusal::missing("programmeID")),
        (None, Some(_)) => Ok(None),
        (Some(_), Some(_)) => Err(Refusal::invalid("programmeID", "cannot be changed: leave it out")),
        (Some(text), None) => {
            formatted("programmeID", text.parse().map_err(|_| "is not a programme of this lender")).map(Some)
        }
    }
}

/// The terms that have no default, under the names that the stored terms have.
#[derive(Serialize)]
struct Charges {
    method: EmiMethod,
    annual_rate: Percent,
    fee: Fee,
    gst: Percent,
}

impl Charges {
    /// The conventions' defaults are those of the product itself: whatever stored terms leave out.
    fn with_default_conventions(&self) -> Result<Terms, Error> {
        Ok(serde_json::from_value(serde_json::to_value(self)?)?)
    }
}

fn rounding_unit(unit: Rupees) -> Result<RoundingUnit, Refusal> {
    let paise = unit.0.get();
    let whole = (paise > 0 && paise % 100 == 0).then(|| u32::try_from(paise / 100).ok()).flatten();
    match (paise, whole) {
        (1, _) => Ok(RoundingUnit::Paisa),
        (_, Some(1)) => Ok(RoundingUnit::Rupee),
        (_, Some(rupees)) => Ok(RoundingUnit::Rupees(rupees)),
        (_, None) => Err(Refusal::invalid("emiRoundedTo", "must be 0.01 or whole rupees")),
    }
}

/// An offer template. Each change is a new version; offers keep the version that made them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferTemplateData {
    #[serde(rename = "offerTemplateID")]
    #[schema(example = "0d9c3d9f-1c55-4b8e-8f0b-98a25b0c9f3e")]
    offer_template_id: String,
    #[serde(rename = "programmeID")]
    #[schema(example = "8f0b0d9c-3d9f-4c55-9b0c-9f3e98a24b8e")]
    programme_id: String,
    #[schema(example = 1)]
    version: i64,
    #[schema(example = "Six months, flat")]
    name: String,
    active: bool,
    #[schema(example = 5000)]
    min_amount: Rupees,
    #[schema(example = 50000)]
    max_amount: Rupees,
    #[schema(example = 6)]
    tenure_months: u32,
    #[schema(example = "flat_rate")]
    emi_calculation_method: &'static str,
    #[schema(example = 14.4)]
    annual_interest: PercentNumber,
    processing_fee: ProcessingFee,
    #[schema(example = 18)]
    gst: PercentNumber,
    #[schema(example = 1)]
    emi_rounded_to: Rupees,
    #[schema(value_type = String, example = "half_up")]
    emi_rounding: Rounding,
    #[schema(value_type = String, example = "following")]
    due_day_roll: Roll,
    #[schema(value_type = String, example = "sat_sun")]
    weekend: Weekend,
    #[schema(value_type = Vec<String>, example = json!(["2021-08-15"]))]
    holidays: Vec<Day>,
    #[schema(example = 1)]
    first_due_months: u32,
}

impl From<OfferTemplate> for OfferTemplateData {
    fn from(template: OfferTemplate) -> OfferTemplateData {
        let terms = template.terms;
        OfferTemplateData {
            offer_template_id: template.id.to_string(),
            programme_id: template.programme.to_string(),
            version: template.version,
            name: template.name,
            active: template.active,
            min_amount: template.amount_min.into(),
            max_amount: template.amount_max.into(),
            tenure_months: template.tenure_months,
            emi_calculation_method: terms.method.name(),
            annual_interest: PercentNumber(terms.annual_rate),
            processing_fee: ProcessingFee::from(&terms.fee),
            gst: PercentNumber(terms.gst),
            emi_rounded_to: Paise::new(terms.emi_unit.paise()).into(),
            emi_rounding: terms.emi_rounding,
            due_day_roll: terms.roll,
            weekend: terms.calendar.weekend,
            holidays: terms.calendar.holidays,
            first_due_months: terms.first_due_months,
        }
    }
}

#[cfg(test)]
mod tests {
    use qist_domain::id::LenderId;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    fn body() -> Value {
        json!({
            "programmeID": "8f0b0d9c-3d9f-4c55-9b0c-9f3e98a24b8e", "name": "Six months", "active": true,
            "minAmount": 5000, "maxAmount": 50000.5, "tenureMonths": 6, "emiCalculationMethod": "flat_rate",
            "annualInterest": 14.4, "processingFee": { "kind": "fixed", "amount": 700 }, "gst": 18,
        })
    }

    fn with(field: &str, value: Value) -> Value {
        let mut body = body();
        body[field] = value;
        body
    }

    fn new(body: &Value) -> Result<SaveTemplate, Option<String>> {
        let request: TemplateRequest = serde_json::from_str(&body.to_string()).unwrap();
        request.command(None).map_err(refused)
    }

    fn refused(error: Error) -> Option<String> {
        match error {
            Error::Refused(refusal) => refusal.field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_left_out_is_the_products_default() {
        let command = new(&body()).unwrap();
        assert_eq!((command.amount_min, command.amount_max), (Paise::from_rupees(5_000), Paise::new(5_000_050)));
        assert_eq!(command.terms.annual_rate.to_string(), "14.4");
        assert_eq!((command.terms.emi_unit, command.terms.emi_rounding), (RoundingUnit::Rupee, Rounding::HalfUp));
        assert_eq!((command.terms.roll, command.terms.first_due_months), (Roll::Following, 1));
        assert_eq!(command.terms.calendar, Calendar { weekend: Weekend::SatSun, holidays: Vec::new() });
    }

    #[test]
    fn what_has_no_default_is_missing_by_name() {
        for field in [
            "programmeID",
            "name",
            "active",
            "minAmount",
            "maxAmount",
            "tenureMonths",
            "emiCalculationMethod",
            "annualInterest",
            "processingFee",
            "gst",
        ] {
            assert_eq!(new(&with(field, Value::Null)).err(), Some(Some(field.to_owned())));
        }
    }

    #[test]
    fn a_value_out_of_its_range_is_refused_by_name() {
        for (field, value) in [
            ("programmeID", json!("7")),
            ("name", json!("a\u{202e}b")),
            ("minAmount", json!(0)),
            ("maxAmount", json!(-5)),
            ("emiRoundedTo", json!(0.5)),
            ("emiRoundedTo", json!(0)),
            ("emiRoundedTo", json!(-1)),
            ("holidays", json!(vec!["2021-08-15"; 1_001])),
        ] {
            assert_eq!(new(&with(field, value)).err(), Some(Some(field.to_owned())));
        }
    }

    #[test]
    fn a_template_keeps_the_programme_that_it_was_made_in() {
        let id = OfferTemplateId(Uuid::nil());
        let request = |body: Value| serde_json::from_str::<TemplateRequest>(&body.to_string()).unwrap();
        let command = request(with("programmeID", Value::Null)).command(Some(id)).unwrap();
        assert_eq!((command.id, command.programme), (Some(id), None));
        assert_eq!(request(body()).command(Some(id)).map_err(refused).err(), Some(Some("programmeID".into())));
    }

    #[test]
    fn a_template_that_is_answered_can_be_sent_again() {
        let mut sent = with("holidays", json!(["2021-10-02", "2021-08-15", "2021-08-15"]));
        sent["emiRoundedTo"] = json!(10);
        sent["emiRounding"] = json!("up");
        sent["dueDayRoll"] = json!("modified_following");
        sent["weekend"] = json!("sun_and_2nd_4th_sat");
        sent["firstDueMonths"] = json!(2);
        let command = new(&sent).unwrap();
        let answered = serde_json::to_string(&OfferTemplateData::from(OfferTemplate {
            id: OfferTemplateId(Uuid::nil()),
            lender: LenderId(Uuid::nil()),
            programme: command.programme.unwrap(),
            name: command.name.clone(),
            active: command.active,
            amount_min: command.amount_min,
            amount_max: command.amount_max,
            tenure_months: command.tenure_months,
            terms: command.terms.clone(),
            version: 1,
        }))
        .unwrap();
        let mut answered: Value = serde_json::from_str(&answered).unwrap();
        for ours in ["offerTemplateID", "version"] {
            answered.as_object_mut().unwrap().remove(ours).unwrap();
        }
        assert_eq!(answered["holidays"], json!(["2021-08-15", "2021-10-02"]));
        let again = new(&answered).unwrap();
        assert_eq!((again.terms, again.programme), (command.terms, command.programme));
    }
}
