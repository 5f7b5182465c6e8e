use axum::Json;
use axum::extract::State;
use qist_app::lender::read::ReadUnderwriting;
use qist_app::ports::store::DecisionRecord;
use qist_domain::id::ApplicationId;
use qist_domain::policy::RuleOutcome;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{LenderCaller, PathId};
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct UnderwritingData {
    /// Newest first.
    runs: Vec<UnderwritingRun>,
}

/// One run of the policy, with all that is needed to understand and repeat it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnderwritingRun {
    #[serde(rename = "decisionID")]
    #[schema(example = "98a24b8e-8f0b-4d9c-9f1c-550b9f1c5598")]
    decision_id: String,
    #[schema(example = 3)]
    policy_version: i64,
    /// `PASS`, `FAIL` or `CAN'T DECIDE`.
    #[schema(example = "PASS")]
    outcome: &'static str,
    /// What the policy was asked with. Amounts are rupees; what was not known is `null`.
    #[schema(value_type = Object, example = json!({ "bureauScore": 742, "income": 45000 }))]
    inputs: Map<String, Value>,
    rules: Vec<RuleData>,
    /// Figures that the policy worked out.
    #[schema(value_type = Object, example = json!({ "approvedAmount": 15000 }))]
    outputs: Map<String, Value>,
    /// RFC 3339, UTC.
    #[schema(example = "2021-02-03T04:45:00.000000Z")]
    decided_at: String,
}

#[derive(Serialize, ToSchema)]
struct RuleData {
    #[schema(example = "bureau score")]
    rule: String,
    #[schema(example = "bureauScore >= 700")]
    expression: String,
    /// `PASS`, `FAIL` or `CAN'T DECIDE`.
    #[schema(example = "PASS")]
    outcome: &'static str,
}

/// Read Underwriting
///
/// Every run of your underwriting policy on this application, with the outcome of each rule.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/underwriting",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>),
    responses(
        (status = 200, description = "The runs.", body = UnderwritingData),
        (status = 404, description = "No such application is assigned to you."),
    )
)]
pub async fn read_underwriting(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
) -> Result<Json<UnderwritingData>, Own> {
    Ok(Json(api.app.ask(caller, ReadUnderwriting { application }).await?.into()))
}

impl From<Vec<DecisionRecord>> for UnderwritingData {
    fn from(decisions: Vec<DecisionRecord>) -> UnderwritingData {
        UnderwritingData { runs: decisions.into_iter().map(run).collect() }
    }
}

fn run(decision: DecisionRecord) -> UnderwritingRun {
    UnderwritingRun {
        decision_id: decision.id.to_string(),
        policy_version: decision.policy_version,
        outcome: decision.outcome.name(),
        inputs: decision.inputs,
        rules: decision.rules.into_iter().map(rule).collect(),
        outputs: decision.outputs,
        decided_at: decision.decided_at.rfc3339(),
    }
}

fn rule(rule: RuleOutcome) -> RuleData {
    RuleData { rule: rule.rule, expression: rule.expression, outcome: rule.outcome.name() }
}
