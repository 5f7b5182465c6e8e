//! Asking a policy: its inputs gathered, its outcome recorded with everything behind it.

use qist_domain::application::Application;
use qist_domain::id::{DecisionId, LenderId};
use qist_domain::money::Paise;
use qist_domain::policy::{Evaluation, PolicyDocument, PolicyKind};
use qist_domain::programme::Programme;
use qist_domain::user::{GstState, User};
use qist_statement::analysis::Features;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::ports::store::{DecisionRecord, Tx};
use crate::run::Moment;

/// What a policy is asked about.
pub(crate) struct Question<'a> {
    pub kind: PolicyKind,
    pub programme: &'a Programme,
    pub lender: Option<LenderId>,
    pub user: &'a User,
    pub application: Option<&'a Application>,
    pub amount: Option<Paise>,
}

/// Evaluates the newest version of the policy and records the decision, unless inputs are missing.
pub(crate) async fn decide(at: &Moment, tx: &mut dyn Tx, question: Question<'_>) -> Result<(DecisionId, Evaluation)> {
    let (record, evaluation) = evaluate(at, tx, &question).await?;
    if evaluation.missing.is_empty() {
        tx.insert_decision(&record).await?;
    }
    Ok((record.id, evaluation))
}

/// Evaluates without recording: for what is only shown.
pub(crate) async fn evaluate(
    at: &Moment,
    tx: &mut dyn Tx,
    question: &Question<'_>,
) -> Result<(DecisionRecord, Evaluation)> {
    let Question { kind, programme, lender, user, application, amount } = question;
    let policy = tx.policy(programme.id, *lender, *kind).await?;
    let policy =
        policy.ok_or_else(|| Error::internal(format!("programme {} has no {} policy", programme.id, kind.name())))?;
    let document = PolicyDocument::parse(&policy.document)?;
    let limit = tx.preapproved_limit(user.tenant, &user.customer_id).await?;
    let mut inputs = inputs(at, user, *application, *amount, limit);
    let features = tx.bank_features(user.tenant, &user.customer_id).await?;
    bank_inputs(features, &mut inputs);
    let evaluation = document.evaluate(&inputs);
    let record = DecisionRecord {
        id: DecisionId(at.uuid()),
        tenant: user.tenant,
        user: user.id,
        application: application.map(|application| application.id),
        lender: *lender,
        kind: *kind,
        policy_version: policy.version,
        inputs,
        outcome: evaluation.outcome,
        rules: evaluation.rules.clone(),
        outputs: evaluation.outputs.clone(),
        decided_at: at.now,
    };
    Ok((record, evaluation))
}

/// The names under which policies know things. `docs/policies.md` lists them. Amounts are rupees; what is unknown is null.
fn inputs(
    at: &Moment,
    user: &User,
    application: Option<&Application>,
    amount: Option<Paise>,
    limit: Option<Paise>,
) -> Map<String, Value> {
    let personal = &user.personal;
    let today = at.today();
    let business_months = personal.business.as_ref().map(|business| today.days_since(business.vintage_day) / 30);
    let form = application.and_then(|application| application.details.form.clone());
    let of_form = |key: &str| form.as_ref().and_then(|form| form.get(key)).and_then(Value::as_str).and_then(number);
    let mut inputs = Map::new();
    let mut set = |name: &str, value: Value| {
        inputs.insert(name.to_owned(), value);
    };
    set("age", json!(personal.dob.map(|dob| dob.age_on(today))));
    set("gender", json!(personal.gender));
    set("bureauScore", json!(user.bureau.score));
    set("bureauStatus", json!(user.bureau.status.name()));
    set("fisScore", user.fis_score.as_deref().and_then(number).unwrap_or(Value::Null));
    set("preapprovedLimit", limit.map_or(Value::Null, rupees));
    set("businessVintageMonths", json!(business_months));
    set("gstConnected", json!(personal.gst == GstState::Connected));
    set("appliedAmount", amount.or(application.map(|application| application.amount)).map_or(Value::Null, rupees));
    set("income", of_form("income").unwrap_or(Value::Null));
    set("expenses", of_form("expenses").unwrap_or(Value::Null));
    set("residenceType", json!(application.and_then(|application| application.details.residence)));
    set("form", form.clone().map_or(Value::Null, Value::Object));
    set("partner", Value::Object(personal.partner_data.clone()));
    for (key, value) in &personal.partner_data {
        inputs.entry(key.clone()).or_insert_with(|| value.clone());
    }
    inputs
}

/// What the statements tell that were uploaded under the customer's id; all null where there are none. They go before what a
/// sourcing entity pushed under the same names.
fn bank_inputs(features: Option<Features>, inputs: &mut Map<String, Value>) {
    let mut set = |name: &str, value: Value| {
        inputs.insert(name.to_owned(), value);
    };
    let of = |value: fn(&Features) -> Value| features.as_ref().map_or(Value::Null, value);
    let paise = |value: fn(&Features) -> i64| {
        features.as_ref().map_or(Value::Null, |features| rupees(Paise::new(value(features))))
    };
    set("bankMonths", of(|features| json!(features.months_count)));
    set("bankSalaried", of(|features| json!(features.salaried)));
    set("bankIncome", paise(|features| features.income_monthly_paise));
    set("bankEmi", paise(|features| features.emi_monthly_paise));
    set("bankEmiToIncome", of(|features| hundredths(features.emi_to_income_bps)));
    set("bankBounces", of(|features| json!(features.bounces_count)));
    set("bankAverageBalance", paise(|features| features.average_balance_paise));
    set("bankMinimumBalance", paise(|features| features.minimum_balance_paise));
    set("bankMonthlyCredits", paise(|features| features.credits_monthly_paise));
    set("bankMonthlyDebits", paise(|features| features.debits_monthly_paise));
    set("bankCashDeposits", paise(|features| features.cash_deposits_monthly_paise));
    set("bankFraudCount", of(|features| json!(features.fraud_count)));
    set("bankHintCount", of(|features| json!(features.hints_count)));
}

/// Hundredths of a percent as percent: they are written as paise are.
fn hundredths(bps: i64) -> Value {
    rupees(Paise::new(bps))
}

fn rupees(amount: Paise) -> Value {
    number(&amount.to_string()).unwrap_or(Value::Null)
}

/// Decimal text as a JSON number, without a float between.
pub(crate) fn number(text: &str) -> Option<Value> {
    text.parse::<serde_json::Number>().ok().map(Value::Number)
}

/// A figure that a policy worked out, as money.
pub(crate) fn amount_of(outputs: &Map<String, Value>, name: &str) -> Option<Paise> {
    match outputs.get(name)? {
        Value::Number(number) => Paise::parse_rupees(&number.to_string()).ok().filter(|amount| *amount >= Paise::ZERO),
        _ => None,
    }
}
