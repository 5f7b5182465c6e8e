//! An offer template as JSON: what is sent, with the product's defaults where something is left out, and what is answered.

use qist_app::error::Error;
use qist_app::lender::templates::SaveTemplate;
use qist_domain::format::clean_text;
use qist_domain::id::{OfferTemplateId, ProgrammeId};
use qist_domain::product::{EmiMethod, Terms};
use qist_domain::programme::OfferTemplate;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::charges::{ChargeData, ContingentChargeData, each};
use super::conventions::Conventions;
use super::fee::ProcessingFee;
use super::line::LineTermsData;
use crate::extract::{formatted, optional, positive, present, required};
use crate::shape::{PercentNumber, Rupees};

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
    /// The number of instalments, 1 to 1200.
    #[schema(value_type = u32, example = 6)]
    tenure: Option<u32>,
    /// `flat_rate`, `reducing_balance`, `equal_principal` or `bullet`.
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
    /// What else is taken at disbursal; nothing where absent.
    #[serde(default)]
    charges: Option<Vec<ChargeData>>,
    /// What may be charged later; nothing where absent, and then nothing ever is.
    #[serde(default)]
    contingent_charges: Option<Vec<ContingentChargeData>>,
    /// All at their defaults where absent.
    conventions: Option<Conventions>,
    /// For a credit line; a loan where absent.
    line: Option<LineTermsData>,
}

impl TemplateRequest {
    /// A new template where `id` is `None`, else the next version of that one.
    pub(super) fn command(self, id: Option<OfferTemplateId>) -> Result<SaveTemplate, Error> {
        let programme = programme(self.programme_id, id)?;
        let name = required("name", self.name)?;
        let active = present("active", self.active)?;
        let min_amount = present("minAmount", self.min_amount)?;
        let max_amount = present("maxAmount", self.max_amount)?;
        let tenure = present("tenure", self.tenure)?;
        let method = present("emiCalculationMethod", self.emi_calculation_method)?;
        let annual_rate = present("annualInterest", self.annual_interest)?.0;
        let fee = present("processingFee", self.processing_fee)?.read("processingFee")?;
        let gst = present("gst", self.gst)?.0;
        let charges = each("charges", self.charges, ChargeData::read)?;
        let contingent = each("contingentCharges", self.contingent_charges, ContingentChargeData::read)?;
        let plain = Terms { fee, gst, charges, contingent, ..Terms::new(method, annual_rate) };
        let terms = self.conventions.unwrap_or_default().applied_to(plain)?;
        Ok(SaveTemplate {
            id,
            programme,
            name: formatted("name", clean_text(&name, 100))?,
            active,
            amount_min: positive("minAmount", min_amount)?,
            amount_max: positive("maxAmount", max_amount)?,
            tenure,
            terms,
            line: self.line.map(LineTermsData::read).transpose()?,
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
    tenure: u32,
    #[schema(example = "flat_rate")]
    emi_calculation_method: &'static str,
    #[schema(example = 14.4)]
    annual_interest: PercentNumber,
    processing_fee: ProcessingFee,
    #[schema(example = 18)]
    gst: PercentNumber,
    charges: Vec<ChargeData>,
    contingent_charges: Vec<ContingentChargeData>,
    conventions: Conventions,
    /// Of a credit line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<LineTermsData>,
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
            tenure: template.tenure,
            emi_calculation_method: terms.method.name(),
            annual_interest: PercentNumber(terms.annual_rate),
            processing_fee: ProcessingFee::from(&terms.fee),
            gst: PercentNumber(terms.gst),
            charges: terms.charges.iter().map(ChargeData::from).collect(),
            contingent_charges: terms.contingent.iter().map(ContingentChargeData::from).collect(),
            conventions: Conventions::from(&terms),
            line: template.line.as_ref().map(LineTermsData::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use qist_domain::calendar::{Calendar, Roll, Weekend};
    use qist_domain::id::LenderId;
    use qist_domain::money::{Paise, Rounding, RoundingUnit};
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;

    fn body() -> Value {
        json!({
            "programmeID": "8f0b0d9c-3d9f-4c55-9b0c-9f3e98a24b8e", "name": "Six months", "active": true,
            "minAmount": 5000, "maxAmount": 50000.5, "tenure": 6, "emiCalculationMethod": "flat_rate",
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
        assert_eq!((command.terms.roll, command.terms.first_due_periods), (Roll::Following, 1));
        assert_eq!(command.terms.calendar, Calendar::of(Weekend::SatSun));
    }

    #[test]
    fn what_has_no_default_is_missing_by_name() {
        for field in [
            "programmeID",
            "name",
            "active",
            "minAmount",
            "maxAmount",
            "tenure",
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
        ] {
            assert_eq!(new(&with(field, value)).err(), Some(Some(field.to_owned())));
        }
        for (field, value) in [
            ("emiRoundedTo", json!(0.5)),
            ("emiRoundedTo", json!(0)),
            ("interestRoundedTo", json!(-1)),
            ("holidays", json!(vec!["2021-08-15"; 1_001])),
            ("calendarVersion", json!("")),
        ] {
            let sent = with("conventions", json!({ field: value }));
            assert_eq!(new(&sent).err(), Some(Some(format!("conventions.{field}"))));
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
        let mut sent = with(
            "conventions",
            json!({
                "period": { "every": 2, "unit": "weeks" }, "rateBasis": "actual_365", "interestDays": "rolled",
                "emiRoundedTo": 10, "emiRounding": "up", "remainder": "spread", "interestRoundedTo": 1,
                "interestRounding": "half_even", "anchorDay": 5, "monthEnd": "last_day", "firstDuePeriods": 2,
                "firstDueGapDays": 20, "brokenPeriod": "pre_emi", "advanceEmis": 1,
                "moratorium": { "periods": 2, "interest": "capitalised" }, "gstMode": "inclusive",
                "subvention": { "kind": "slabs", "slabs": [{ "upTo": 5000, "amount": 10 }] },
                "dueDayRoll": "modified_following", "weekend": "sun_and_2nd_4th_sat",
                "holidays": ["2021-10-02", "2021-08-15", "2021-08-15"], "holidaysUntil": "2031-12-31",
                "calendarVersion": "2026-1",
            }),
        );
        sent["charges"] = json!([{
            "kind": "insurance", "thirdParty": "Example Life", "gst": 18, "fee": { "kind": "fixed", "amount": 160 },
        }]);
        sent["contingentCharges"] =
            json!([{ "kind": "late_payment", "rule": { "kind": "per_annum", "percent": 24, "graceDays": 3 } }]);
        let command = new(&sent).unwrap();
        assert_eq!((command.terms.charges.len(), command.terms.contingent.len()), (1, 1));
        let answered = serde_json::to_string(&OfferTemplateData::from(OfferTemplate {
            id: OfferTemplateId(Uuid::nil()),
            lender: LenderId(Uuid::nil()),
            programme: command.programme.unwrap(),
            name: command.name.clone(),
            active: command.active,
            amount_min: command.amount_min,
            amount_max: command.amount_max,
            tenure: command.tenure,
            terms: command.terms.clone(),
            line: command.line.clone(),
            version: 1,
        }))
        .unwrap();
        let mut answered: Value = serde_json::from_str(&answered).unwrap();
        for ours in ["offerTemplateID", "version"] {
            answered.as_object_mut().unwrap().remove(ours).unwrap();
        }
        assert_eq!(answered["conventions"]["holidays"], json!(["2021-08-15", "2021-10-02"]));
        let again = new(&answered).unwrap();
        assert_eq!((again.terms, again.programme), (command.terms, command.programme));
    }
}
