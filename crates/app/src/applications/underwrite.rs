//! From "KYC passed" to "approved" or "rejected": by policy where the lender lets it, by the lender otherwise.

use qist_domain::application::Application;
use qist_domain::event::EntityType;
use qist_domain::id::LenderId;
use qist_domain::money::Paise;
use qist_domain::policy::{Evaluation, Outcome, PolicyKind};
use qist_domain::programme::Programme;
use qist_domain::refusal::Code;

use super::read::user_of;
use crate::error::{Error, Result};
use crate::offers::make::make_offers;
use crate::ports::store::Tx;
use crate::run::Moment;
use crate::users::decide::{Question, amount_of, decide};

/// Runs the lender's underwriting policy and records it.
pub(crate) async fn underwrite(
    at: &Moment,
    tx: &mut dyn Tx,
    application: &Application,
) -> Result<(Programme, Evaluation)> {
    let user = user_of(tx, application).await?;
    let programme =
        tx.programme(application.programme).await?.ok_or_else(|| Error::internal("an application of no programme"))?;
    let question = Question {
        kind: PolicyKind::Underwriting,
        programme: &programme,
        lender: Some(lender_of(application)?),
        user: &user,
        application: Some(application),
        amount: Some(application.amount),
    };
    let (_, evaluation) = decide(at, tx, question).await?;
    Ok((programme, evaluation))
}

fn lender_of(application: &Application) -> Result<LenderId> {
    application.lender.ok_or_else(|| Error::internal("an application without lender"))
}

/// KYC has just passed: a `FAIL` rejects; a `PASS` approves where the lender wants that; everything else waits for a person.
pub(crate) async fn underwrite_now(at: &Moment, tx: &mut dyn Tx, application: Application) -> Result<()> {
    let (programme, evaluation) = underwrite(at, tx, &application).await?;
    let lender = lender_of(&application)?;
    let auto = programme.lenders.iter().any(|part| part.lender == lender && part.auto_approve);
    match evaluation.outcome {
        Outcome::Fail => {
            let failed = evaluation.rules.iter().filter(|rule| rule.outcome == Outcome::Fail);
            let reason = failed.map(|rule| rule.rule.as_str()).collect::<Vec<_>>().join(", ");
            tx.save_application(application.reject(EntityType::System, reason)?, at.now).await
        }
        Outcome::Pass if auto => {
            let amount = approved_amount(&evaluation, application.amount);
            match approve(at, tx, application, amount, EntityType::System).await {
                // Terms are missing, not merits: the lender sees the application waiting.
                Err(Error::Refused(refusal)) if refusal.code == Code::OfferTemplateMissing => Ok(()),
                other => other,
            }
        }
        _ => Ok(()),
    }
}

/// What was asked for, or what the policy allows if that is less.
pub(crate) fn approved_amount(evaluation: &Evaluation, applied: Paise) -> Paise {
    amount_of(&evaluation.outputs, "approvedAmount").map_or(applied, |limit| limit.min(applied))
}

/// Approves for `amount`, with an offer from each active template of the lender that fits.
pub(crate) async fn approve(
    at: &Moment,
    tx: &mut dyn Tx,
    application: Application,
    amount: Paise,
    by: EntityType,
) -> Result<()> {
    let change = application.clone().approve(by)?;
    make_offers(at, tx, &application, amount).await?;
    tx.save_application(change, at.now).await
}
