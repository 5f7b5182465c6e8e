use axum::Json;
use axum::extract::State;
use qist_app::loans::disburse::RecordDisbursal;
use qist_domain::format::clean_text;
use qist_domain::id::ApplicationId;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, formatted, optional, required};
use crate::router::Api;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DisbursalRequest {
    /// The bank's reference, which names this movement of money and no other. The same one again answers the same.
    #[schema(value_type = String, example = "HDFCN52021020300001")]
    pub(in crate::lender) utr: Option<String>,
    /// `YYYY-MM-DD` in IST: the day of the money. Today where absent.
    #[schema(example = "2021-02-03")]
    pub(in crate::lender) disbursed_on: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct DisbursalData {
    #[serde(rename = "loanApplicationID")]
    #[schema(example = "2fee9ba7-52e1-4873-8328-e0dff99cdc83")]
    loan_application_id: String,
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    #[schema(example = "5b0c9f3e-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    reference_id: String,
    #[schema(example = "DISBURSED")]
    status: String,
}

/// Record Disbursal
///
/// Tells that you have paid out. Interest runs and the instalments are counted from the day of the money. Of a loan in parts, each
/// call tells the next part, under its own UTR; a later part is booked on the day that the schedule has for it and on no other.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/disburse",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, Idempotency),
    request_body = DisbursalRequest,
    responses(
        (status = 200, description = "The loan is booked.", body = DisbursalData),
        (status = 400, description = "A field is missing, not valid or not known, or the day is in the future, before the offer, or not that of the loan's next part."),
        (status = 404, description = "No such application is assigned to you."),
        (status = 409, description = "The agreement is not signed, the application's status does not allow this, the UTR is recorded for another movement of money, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn record_disbursal(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<DisbursalRequest>,
) -> Result<Json<DisbursalData>, Own> {
    let key = idempotency.of(&api, &(application, &body))?;
    let disbursed = api.app.run_once(caller, disbursal(application, body)?, key).await?.out;
    Ok(Json(DisbursalData {
        loan_application_id: disbursed.loan.to_string(),
        reference_id: disbursed.reference.to_string(),
        status: disbursed.status,
    }))
}

fn disbursal(application: ApplicationId, body: DisbursalRequest) -> Result<RecordDisbursal, Refusal> {
    let utr = formatted("utr", clean_text(&required("utr", body.utr)?, 100))?;
    let day = optional(body.disbursed_on).map(|text| formatted("disbursedOn", text.parse())).transpose()?;
    Ok(RecordDisbursal { application, utr, day })
}
