//! Decisions, with all that is needed to understand and repeat them.

use qist_app::error::Result;
use qist_app::ports::store::DecisionRecord;
use qist_domain::id::{ApplicationId, UserId};
use qist_domain::policy::{Outcome, PolicyKind};
use serde_json::Map;

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO decisions (id, tenant_id, user_id, application_id, lender_id, kind, policy_version, outcome, rules,
        decided_at, inputs, outputs)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
const NEWEST: &str = "
    SELECT id, tenant_id, user_id, application_id, lender_id, kind, policy_version, outcome, rules, decided_at,
        inputs, outputs
    FROM decisions WHERE user_id = ?1 AND kind = ?2 ORDER BY decided_at DESC, id DESC LIMIT 1";
const OF_APPLICATION: &str = "
    SELECT id, tenant_id, user_id, application_id, lender_id, kind, policy_version, outcome, rules, decided_at,
        inputs, outputs
    FROM decisions WHERE application_id = ?1 ORDER BY decided_at DESC, id DESC";

/// A decision without its figures, and those, sealed.
struct Stored {
    decision: DecisionRecord,
    inputs: Vec<u8>,
    outputs: Vec<u8>,
}

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, decision: &DecisionRecord) -> Result<()> {
    let (id, scope) = (decision.id.to_string(), Scope::Tenant(decision.tenant));
    let now = decision.decided_at;
    let inputs = tx.seal_json(scope, place("inputs", &id), &decision.inputs, now).await?;
    let outputs = tx.seal_json(scope, place("outputs", &id), &decision.outputs, now).await?;
    let (tenant, user) = (decision.tenant.to_string(), decision.user.to_string());
    let application = decision.application.map(|id| id.to_string());
    let lender = decision.lender.map(|id| id.to_string());
    let rules = serde_json::to_string(&decision.rules)?;
    let row = params![
        &id,
        &tenant,
        &user,
        &application,
        &lender,
        decision.kind.name(),
        decision.policy_version,
        decision.outcome.name(),
        &rules,
        now.micros(),
        &inputs,
        &outputs,
    ];
    tx.change_one(INSERT, row).await
}

pub(crate) async fn newest(tx: &mut StoreTx<'_, '_>, user: UserId, kind: PolicyKind) -> Result<Option<DecisionRecord>> {
    match tx.row(NEWEST, params![&user.to_string(), kind.name()], stored_row).await? {
        Some(stored) => opened(tx, stored).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) async fn of_application(
    tx: &mut StoreTx<'_, '_>,
    application: ApplicationId,
) -> Result<Vec<DecisionRecord>> {
    let mut decisions = Vec::new();
    for stored in tx.rows(OF_APPLICATION, params![&application.to_string()], stored_row).await? {
        decisions.push(opened(tx, stored).await?);
    }
    Ok(decisions)
}

async fn opened(tx: &mut StoreTx<'_, '_>, stored: Stored) -> Result<DecisionRecord> {
    let Stored { mut decision, inputs, outputs } = stored;
    let (id, scope) = (decision.id.to_string(), Scope::Tenant(decision.tenant));
    decision.inputs = tx.open_json(scope, place("inputs", &id), &inputs).await?;
    decision.outputs = tx.open_json(scope, place("outputs", &id), &outputs).await?;
    Ok(decision)
}

fn place<'a>(column: &'static str, id: &'a str) -> Place<'a> {
    Place { table: "decisions", column, row: id }
}

fn stored_row(row: &Row<'_>) -> std::result::Result<Stored, DbError> {
    let mut cells = Cells::of("decisions", row);
    let decision = DecisionRecord {
        id: cells.parsed("id")?,
        tenant: cells.parsed("tenant_id")?,
        user: cells.parsed("user_id")?,
        application: cells.parsed_opt("application_id")?,
        lender: cells.parsed_opt("lender_id")?,
        kind: cells.named("kind", PolicyKind::from_name)?,
        policy_version: cells.get("policy_version")?,
        outcome: cells.named("outcome", Outcome::from_name)?,
        rules: cells.json("rules")?,
        decided_at: cells.instant("decided_at")?,
        inputs: Map::new(),
        outputs: Map::new(),
    };
    Ok(Stored { decision, inputs: cells.get("inputs")?, outputs: cells.get("outputs")? })
}
