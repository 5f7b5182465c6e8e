use axum::Json;
use axum::extract::State;
use qist_app::loans::charge::{ChargeInstallment, Charged};
use qist_domain::id::LoanId;
use qist_domain::product::ContingentKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, present};
use crate::router::Api;
use crate::shape::Rupees;

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChargeRequest {
    #[schema(value_type = u32, example = 1)]
    installment_num: Option<u32>,
    /// `late_payment` (what its rule comes to today, less what it has charged already) or `bounce` (each time).
    #[schema(value_type = String, example = "late_payment")]
    kind: Option<ContingentKind>,
}

#[derive(Serialize, ToSchema)]
pub struct ChargedData {
    /// For reconciliation.
    #[serde(rename = "referenceID")]
    #[schema(example = "5b0c9f3e-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    reference_id: String,
    /// What was charged now.
    #[schema(example = 7.63)]
    amount: Rupees,
    /// All charges on the instalment.
    #[schema(example = 7.63)]
    total: Rupees,
}

/// Charge Installment
///
/// Makes a penal charge by the rule that the borrower's Key Facts Statement has; its amount follows from the rule alone. What the
/// statement does not have cannot be charged.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/charges",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, Idempotency),
    request_body = ChargeRequest,
    responses(
        (status = 200, description = "The charge is made.", body = ChargedData),
        (status = 400, description = "A field is missing, or the charge is none on an instalment."),
        (status = 404, description = "No such loan is assigned to you, or it has no such instalment."),
        (status = 409, description = "The statement has no such charge, nothing is to be charged now, the loan is not disbursed or is closed, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn charge_installment(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<ChargeRequest>,
) -> Result<Json<ChargedData>, Own> {
    let key = idempotency.of(&api, &(loan, &body))?;
    let installment_num = present("installmentNum", body.installment_num)?;
    let kind = present("kind", body.kind)?;
    let Charged { reference, amount, total } =
        api.app.run_once(caller, ChargeInstallment { loan, installment_num, kind }, key).await?.out;
    Ok(Json(ChargedData { reference_id: reference.to_string(), amount: amount.into(), total: total.into() }))
}
