//! A derivation as JSON, for whoever asks why a figure is what it is.

use qist_app::offers::explain::ExplainFigure;
use qist_domain::id::ApplicationId;
use qist_domain::loan::{Derivation, FIGURES, Figure, Input};
use qist_domain::refusal::{Code, Refusal};
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::Params;

/// How a figure came about. Amounts are rupees, rates fractions of one where not said otherwise; all of them exact, as text.
#[derive(Debug, Serialize, ToSchema)]
pub struct DerivationData {
    #[schema(example = "emi")]
    figure: String,
    #[schema(example = "The regular instalment.")]
    meaning: String,
    #[schema(example = "EMI = P × (1 + ρ) / n")]
    formula: String,
    inputs: Vec<InputData>,
    /// The settings and rules that chose this formula.
    #[schema(example = json!(["What rounding the EMI gains or loses is the lender's: all instalments are equal."]))]
    conventions: Vec<String>,
    /// Before rounding.
    #[schema(example = "1161.333333333333")]
    unrounded: String,
    #[schema(example = "half up (a half away from zero) to the rupee")]
    rounding: String,
    #[schema(example = "1161.00")]
    result: String,
    /// All of it, to be read.
    #[schema(example = "emi = 1161.00\nThe regular instalment.\n…")]
    text: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct InputData {
    /// As the formula names it.
    #[schema(example = "P")]
    symbol: String,
    #[schema(example = "what the instalments repay")]
    meaning: String,
    #[schema(example = "6500.00")]
    value: String,
    /// Under which it can be explained in turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "installment/3/outstanding")]
    figure: Option<String>,
}

impl From<Derivation> for DerivationData {
    fn from(told: Derivation) -> DerivationData {
        let text = told.text();
        let input = |Input { symbol, meaning, value, figure }| InputData { symbol, meaning, value, figure };
        DerivationData {
            figure: told.figure,
            meaning: told.meaning,
            formula: told.formula,
            inputs: told.inputs.into_iter().map(input).collect(),
            conventions: told.conventions,
            unrounded: told.unrounded,
            rounding: told.rounding,
            result: told.result,
            text,
        }
    }
}

/// Reads `figure` and `offerID`.
pub fn question(params: &Params, application: Option<ApplicationId>) -> Result<ExplainFigure, Refusal> {
    let figure = params.required("figure")?;
    let figure =
        Figure::from_name(&figure).ok_or_else(|| Refusal::invalid("figure", format!("must be one of {FIGURES}")))?;
    let offer = params.optional("offerID").map(|id| id.parse().map_err(|_| Refusal::new(Code::OfferNotFound)));
    Ok(ExplainFigure { application, offer: offer.transpose()?, figure })
}
