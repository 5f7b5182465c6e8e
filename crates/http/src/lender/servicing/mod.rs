//! A running loan: what a lender takes back, lets off, changes and closes.

pub mod closing;
pub mod decisions;
pub mod papers;
pub mod payoff;
pub mod prepay;
pub mod refund;
pub mod reverse;

use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct DoneData {
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    #[schema(example = "5b0c9f3e-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    reference_id: String,
}
