//! What makes a template one of credit lines.

use qist_domain::credit_line::{LineTerms, Plan};
use qist_domain::format::clean_text;
use qist_domain::product::{EmiMethod, Terms};
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::charges::{ChargeData, ContingentChargeData, each};
use super::conventions::Conventions;
use super::fee::ProcessingFee;
use crate::extract::{formatted, positive, present, required};
use crate::shape::{PercentNumber, Rupees};

/// A credit line instead of a loan: the borrower draws on it, and each drawdown is repaid by one of its plans. The template's own
/// terms are those of drawing all of it at once, which the Key Facts Statement of the line tells.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineTermsData {
    /// For how many months it can be drawn on, 1 to 120.
    #[schema(value_type = u32, example = 12)]
    validity_months: Option<u32>,
    /// After how many hours a drawdown that is not confirmed gives its limit back, 1 to 8760; 72 where absent.
    #[schema(example = 72)]
    reservation_hours: Option<u32>,
    /// After how many days KYC has to be renewed; never where absent.
    #[schema(example = 365)]
    kyc_days: Option<u32>,
    /// 1 to 20.
    #[schema(value_type = Vec<PlanData>)]
    plans: Option<Vec<PlanData>>,
}

/// How a drawdown is repaid. Fields are those of a template.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanData {
    /// 1 to 30 lower-case letters, digits and `_`, unique in the line.
    #[schema(value_type = String, example = "pay_later")]
    code: Option<String>,
    #[schema(value_type = String, example = "Pay in 15 days")]
    name: Option<String>,
    #[schema(value_type = Rupees, example = 100)]
    min_amount: Option<Rupees>,
    #[schema(value_type = Rupees, example = 20000)]
    max_amount: Option<Rupees>,
    #[schema(value_type = u32, example = 1)]
    tenure: Option<u32>,
    #[schema(value_type = String, example = "bullet")]
    emi_calculation_method: Option<EmiMethod>,
    #[schema(value_type = PercentNumber, example = 0)]
    annual_interest: Option<PercentNumber>,
    #[schema(value_type = ProcessingFee)]
    processing_fee: Option<ProcessingFee>,
    #[schema(value_type = PercentNumber, example = 18)]
    gst: Option<PercentNumber>,
    #[serde(default)]
    charges: Option<Vec<ChargeData>>,
    #[serde(default)]
    contingent_charges: Option<Vec<ContingentChargeData>>,
    conventions: Option<Conventions>,
}

/// Three days for a shop to hand over what was bought.
const RESERVATION_HOURS: u32 = 72;

impl LineTermsData {
    pub(super) fn read(self) -> Result<LineTerms, Refusal> {
        let plans = present("line.plans", self.plans)?;
        Ok(LineTerms {
            validity_months: present("line.validityMonths", self.validity_months)?,
            reservation_hours: self.reservation_hours.unwrap_or(RESERVATION_HOURS),
            kyc_days: self.kyc_days,
            plans: plans.into_iter().map(PlanData::read).collect::<Result<_, _>>()?,
        })
    }
}

impl PlanData {
    fn read(self) -> Result<Plan, Refusal> {
        let field = |name: &str| format!("line.plans.{name}");
        let method = present(&field("emiCalculationMethod"), self.emi_calculation_method)?;
        let annual_rate = present(&field("annualInterest"), self.annual_interest)?.0;
        let fee = present(&field("processingFee"), self.processing_fee)?.read(&field("processingFee"))?;
        let gst = present(&field("gst"), self.gst)?.0;
        let charges = each("charges", self.charges, ChargeData::read)?;
        let contingent = each("contingentCharges", self.contingent_charges, ContingentChargeData::read)?;
        let plain = Terms { fee, gst, charges, contingent, ..Terms::new(method, annual_rate) };
        Ok(Plan {
            code: required(&field("code"), self.code)?,
            name: formatted(&field("name"), clean_text(&required(&field("name"), self.name)?, 100))?,
            amount_min: positive(&field("minAmount"), present(&field("minAmount"), self.min_amount)?)?,
            amount_max: positive(&field("maxAmount"), present(&field("maxAmount"), self.max_amount)?)?,
            tenure: present(&field("tenure"), self.tenure)?,
            terms: self.conventions.unwrap_or_default().applied_to(plain)?,
        })
    }
}

impl From<&LineTerms> for LineTermsData {
    fn from(line: &LineTerms) -> LineTermsData {
        LineTermsData {
            validity_months: Some(line.validity_months),
            reservation_hours: Some(line.reservation_hours),
            kyc_days: line.kyc_days,
            plans: Some(line.plans.iter().map(PlanData::from).collect()),
        }
    }
}

impl From<&Plan> for PlanData {
    fn from(plan: &Plan) -> PlanData {
        let terms = &plan.terms;
        PlanData {
            code: Some(plan.code.clone()),
            name: Some(plan.name.clone()),
            min_amount: Some(plan.amount_min.into()),
            max_amount: Some(plan.amount_max.into()),
            tenure: Some(plan.tenure),
            emi_calculation_method: Some(terms.method),
            annual_interest: Some(PercentNumber(terms.annual_rate)),
            processing_fee: Some(ProcessingFee::from(&terms.fee)),
            gst: Some(PercentNumber(terms.gst)),
            charges: Some(terms.charges.iter().map(ChargeData::from).collect()),
            contingent_charges: Some(terms.contingent.iter().map(ContingentChargeData::from).collect()),
            conventions: Some(Conventions::from(terms)),
        }
    }
}
