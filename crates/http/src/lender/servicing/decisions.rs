use axum::Json;
use axum::extract::State;
use qist_app::loans::repay::payment_mode;
use qist_app::ports::store::LoanDecision;
use qist_app::servicing::decide::{AnswerDecision, AskDecision, Decided, Decision, ReadDecisions};
use qist_domain::id::{LoanDecisionId, LoanId};
use qist_domain::loan::{NewTerms, Rescheduling};
use qist_domain::money::Paise;
use qist_domain::product::MoratoriumInterest;
use qist_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::{Idempotency, JsonBody, LenderCaller, PathId, positive, present, required, text};
use crate::router::Api;
use crate::shape::{PercentNumber, Rupees};

/// `kind` says which of the other fields count.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoanDecisionRequest {
    /// `waive`, `restructure`, `due_date_change`, `moratorium`, `rate_change`, `write_off` or `settle`.
    #[schema(value_type = String, example = "waive")]
    kind: Option<String>,
    /// Why; kept with the decision.
    #[schema(value_type = String, example = "goodwill after a bank outage")]
    reason: Option<String>,
    /// `waive`: of which instalment.
    #[schema(example = 3)]
    installment_num: Option<u32>,
    /// `waive`: how much of its charges.
    #[schema(example = 100)]
    charge: Option<Rupees>,
    /// `waive`: how much of its interest.
    #[schema(example = 0)]
    interest: Option<Rupees>,
    /// `restructure`, `rate_change`: percent a year from the next due day on.
    #[schema(example = 18)]
    annual_interest: Option<PercentNumber>,
    /// `restructure`: how many instalments are to come.
    #[schema(example = 12)]
    tenure: Option<u32>,
    /// `restructure`, `due_date_change`: the day of the month (1 to 31) or of the week (1, Monday, to 7).
    #[schema(example = 10)]
    anchor_day: Option<u8>,
    /// `restructure`, `moratorium`: for so many periods nothing is repaid.
    #[schema(example = 2)]
    moratorium_periods: Option<u32>,
    /// `capitalised` (added to what is owed) or `serviced` (paid each period).
    #[schema(value_type = Option<String>, example = "capitalised")]
    moratorium_interest: Option<MoratoriumInterest>,
    /// `settle`: what was received for the whole loan.
    #[schema(example = 4000)]
    amount_received: Option<Rupees>,
    /// `settle`.
    #[schema(example = "neft")]
    payment_mode: Option<String>,
    /// `settle`: the bank's reference.
    #[schema(example = "HDFCN52021050100001")]
    utr: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DecidedData {
    #[serde(rename = "decisionID")]
    decision_id: String,
    /// `done`; `pending` until a second person agrees, `refused` where that person does not.
    #[schema(example = "done")]
    state: String,
    /// What is given up, or put off.
    #[schema(example = 100)]
    amount: Rupees,
}

impl From<Decided> for DecidedData {
    fn from(Decided { id, state, amount }: Decided) -> DecidedData {
        DecidedData { decision_id: id.to_string(), state, amount: amount.into() }
    }
}

/// Decide About Loan
///
/// Waives, reschedules, writes off or settles. Above what your settings let one person give up, and for every write-off, a second
/// person has to agree; each key stands for a person.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/decisions",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, Idempotency),
    request_body = LoanDecisionRequest,
    responses(
        (status = 200, description = "The decision is done, or waits for a second person.", body = DecidedData),
        (status = 400, description = "A field is missing, not valid or not known, or the new terms do not make a loan that can be repaid."),
        (status = 404, description = "No such loan is assigned to you, or it has no such instalment."),
        (status = 409, description = "The loan's state does not allow this, the UTR is recorded for another movement, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn decide_about_loan(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<LoanDecisionRequest>,
) -> Result<Json<DecidedData>, Own> {
    let key = idempotency.of(&api, &(loan, &body))?;
    let reason = text("reason", body.reason.clone(), 300)?;
    let decision = decision(body)?;
    Ok(Json(api.app.run_once(caller, AskDecision { loan, decision, reason }, key).await?.out.into()))
}

fn decision(body: LoanDecisionRequest) -> Result<Decision, Refusal> {
    let amount = |given: Option<Rupees>| given.map_or(Paise::ZERO, |rupees| rupees.0);
    let kind = required("kind", body.kind)?;
    let why = match kind.as_str() {
        "waive" => {
            let installment_num = present("installmentNum", body.installment_num)?;
            return Ok(Decision::Waive {
                installment_num,
                charge: amount(body.charge),
                interest: amount(body.interest),
            });
        }
        "write_off" => return Ok(Decision::WriteOff),
        "settle" => {
            let amount = positive("amountReceived", present("amountReceived", body.amount_received)?)?;
            let mode = payment_mode(&required("paymentMode", body.payment_mode)?)?;
            return Ok(Decision::Settle { amount, mode, reference: text("utr", body.utr, 100)? });
        }
        "restructure" => Rescheduling::Restructure,
        "due_date_change" => Rescheduling::DueDateChange,
        "moratorium" => Rescheduling::Moratorium,
        "rate_change" => Rescheduling::RateChange,
        _ => {
            let why = "must be waive, restructure, due_date_change, moratorium, rate_change, write_off or settle";
            return Err(Refusal::invalid("kind", why));
        }
    };
    let all = NewTerms {
        annual_rate: body.annual_interest.map(|percent| percent.0),
        tenure: body.tenure,
        anchor_day: body.anchor_day,
        moratorium_periods: body.moratorium_periods,
        moratorium_interest: body.moratorium_interest,
    };
    let terms = match why {
        Rescheduling::Restructure => all,
        Rescheduling::DueDateChange => {
            NewTerms { anchor_day: Some(present("anchorDay", all.anchor_day)?), ..NewTerms::default() }
        }
        Rescheduling::Moratorium => NewTerms {
            moratorium_periods: Some(present("moratoriumPeriods", all.moratorium_periods)?),
            moratorium_interest: all.moratorium_interest,
            ..NewTerms::default()
        },
        Rescheduling::RateChange => {
            NewTerms { annual_rate: Some(present("annualInterest", all.annual_rate)?), ..NewTerms::default() }
        }
    };
    Ok(Decision::Reschedule { why, terms })
}

#[derive(Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionAnswer {
    #[schema(value_type = bool, example = true)]
    agree: Option<bool>,
}

/// Answer Decision
///
/// A second person agrees to a decision, which carries it out, or refuses it.
#[utoipa::path(
    post,
    path = "/v1/lender/applications/{id}/decisions/{decisionID}/answer",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>, PathId<LoanDecisionId>, Idempotency),
    request_body = DecisionAnswer,
    responses(
        (status = 200, description = "The decision is done or refused.", body = DecidedData),
        (status = 400, description = "`agree` is missing, or another field is not known."),
        (status = 403, description = "You asked for it yourself."),
        (status = 404, description = "No such loan is assigned to you, or there is no such decision about it."),
        (status = 409, description = "It is answered already, the loan's state no longer allows it, or the `Idempotency-Key` was used with another request."),
    )
)]
pub async fn answer_decision(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
    PathId(id): PathId<LoanDecisionId>,
    idempotency: Idempotency,
    JsonBody(body): JsonBody<DecisionAnswer>,
) -> Result<Json<DecidedData>, Own> {
    let key = idempotency.of(&api, &(loan, id, &body))?;
    let agree = present("agree", body.agree)?;
    Ok(Json(api.app.run_once(caller, AnswerDecision { loan, id, agree }, key).await?.out.into()))
}

#[derive(Serialize, ToSchema)]
pub struct LoanDecisionsData {
    /// Oldest first.
    decisions: Vec<LoanDecisionData>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoanDecisionData {
    #[serde(rename = "decisionID")]
    decision_id: String,
    /// What is to be done.
    #[schema(value_type = Object)]
    decision: Value,
    reason: String,
    amount: Rupees,
    /// `pending`, `done` or `refused`.
    state: String,
    /// The key of the person who asked, and when: RFC 3339, UTC.
    asked_by: String,
    asked_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_at: Option<String>,
}

/// List Decisions
///
/// What was decided about the loan, by whom and why.
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}/decisions",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<LoanId>),
    responses(
        (status = 200, description = "The decisions.", body = LoanDecisionsData),
        (status = 404, description = "No such loan is assigned to you."),
    )
)]
pub async fn list_decisions(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(loan): PathId<LoanId>,
) -> Result<Json<LoanDecisionsData>, Own> {
    let decisions = api.app.ask(caller, ReadDecisions { loan }).await?;
    Ok(Json(LoanDecisionsData { decisions: decisions.into_iter().map(shape).collect() }))
}

fn shape(decision: LoanDecision) -> LoanDecisionData {
    LoanDecisionData {
        decision_id: decision.id.to_string(),
        decision: serde_json::from_str(&decision.body).unwrap_or_default(),
        reason: decision.reason,
        amount: decision.amount.into(),
        state: decision.state,
        asked_by: decision.asked_by,
        asked_at: decision.asked_at.rfc3339(),
        decided_by: decision.decided_by,
        decided_at: decision.decided_at.map(|at| at.rfc3339()),
    }
}
