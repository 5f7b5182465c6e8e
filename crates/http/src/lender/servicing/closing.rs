use axum::Json;
use axum::extract::State;
use qist_app::ports::store::ClosingTask;
use qist_app::servicing::closing::{FinishClosingTask, ReadClosing};
use qist_domain::id::ApplicationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, text};
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct ClosingData {
    /// Empty before the loan is closed.
    tasks: Vec<ClosingTaskData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClosingTaskData {
    /// `cancel_mandate`, `no_dues_certificate`, `refund_excess` or `report_to_bureaus`.
    #[schema(example = "cancel_mandate")]
    kind: String,
    /// RFC 3339, UTC: by when it has to be done.
    #[schema(example = "2021-07-08T06:30:00.000000Z")]
    due_at: String,
    /// RFC 3339, UTC; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    done_at: Option<String>,
    /// How it was done, or why not yet.
    #[schema(example = "the bank has confirmed the end")]
    note: String,
}

/// Closing Tasks
///
/// What a closed loan still takes, each by its time.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/closing",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>),
    responses(
        (status = 200, description = "The tasks.", body = ClosingData),
        (status = 404, description = "No such application is assigned to you."),
    )
)]
pub async fn closing_tasks(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
) -> Result<Json<ClosingData>, Own> {
    let tasks = api.app.ask(caller, ReadClosing { application: Some(application) }).await?;
    Ok(Json(ClosingData { tasks: tasks.into_iter().map(shape).collect() }))
}

fn shape(task: ClosingTask) -> ClosingTaskData {
    ClosingTaskData {
        kind: task.kind,
        due_at: task.due_at.rfc3339(),
        done_at: task.done_at.map(|at| at.rfc3339()),
        note: task.note,
    }
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FinishTaskRequest {
    #[schema(value_type = String, example = "cancel_mandate")]
    kind: Option<String>,
    /// How it was done.
    #[schema(value_type = String, example = "cancelled at the bank, reference 4711")]
    note: Option<String>,
}

/// Finish Closing Task
///
/// Tells that a person has done what was left to do.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/closing",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>, Idempotency),
    request_body = FinishTaskRequest,
    responses(
        (status = 200, description = "The tasks as they are now.", body = ClosingData),
        (status = 400, description = "A field is missing, not valid or not known."),
        (status = 404, description = "No such application is assigned to you, or it has no such task."),
        (status = 409, description = "The `Idempotency-Key` was used with another request."),
    )
)]
pub async fn finish_closing_task(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<FinishTaskRequest>,
) -> Result<Json<ClosingData>, Own> {
    let key = idempotency.of(&api, &(application, &body))?;
    let (kind, note) = (text("kind", body.kind, 40)?, text("note", body.note, 200)?);
    api.app.run_once(caller, FinishClosingTask { application, kind, note }, key).await?;
    closing_tasks(State(api), LenderCaller(caller), PathId(application)).await
}
