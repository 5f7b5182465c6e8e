//! Applying: an amount, and the lender that matches.

use async_trait::async_trait;
use qist_domain::application::{Application, NewApplication, application_number};
use qist_domain::id::{ApplicationId, LenderId};
use qist_domain::journey::Step;
use qist_domain::money::Paise;
use qist_domain::policy::{Outcome, PolicyKind};
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::consent::Purpose;

use super::view::{JourneyView, Standing, eligible_amount, view};
use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{Command, Moment, Query};
use crate::users::decide::{Question, decide, evaluate};

#[derive(Debug, Clone)]
pub struct Apply {
    pub amount: Paise,
    /// The borrower's choice among the lenders that match; the first in the disclosed order where absent.
    pub lender: Option<LenderId>,
}

#[async_trait]
impl Command for Apply {
    type Out = JourneyView;
    const OPERATION: &'static str = "apply";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        if !self.amount.is_positive() {
            return Err(Refusal::invalid("amount", "must be more than zero").into());
        }
        let mut standing = Standing::of_caller(at, tx).await?;
        // A finished application makes room for the next.
        if standing.application.take().is_some_and(|last| !last.status.is_final()) {
            return Err(Code::LoanOpen.into());
        }
        standing.journey().require(Step::Apply)?;
        if standing.journey().next() == Step::Disqualified {
            return Err(Code::NotEligible.into());
        }
        standing.require_consent(Purpose::SharingWithLender)?;
        let limit = eligible_amount(tx, &standing.user).await?.unwrap_or(Paise::ZERO);
        if self.amount > limit {
            let message = format!("the amount is above what the user is eligible for, {limit} rupees");
            return Err(Refusal { code: Code::AmountAboveLimit, field: Some("amount".into()), message }.into());
        }
        let lender = self.choose(at, tx, &standing).await?;
        let new = NewApplication {
            id: ApplicationId(at.uuid()),
            number: free_number(at, tx).await?,
            tenant: standing.user.tenant,
            user: standing.user.id,
            programme: standing.programme.id,
            lender,
            amount: self.amount,
        };
        tx.save_application(Application::apply(new, at.now), at.now).await?;
        view(at, tx).await
    }
}

impl Apply {
    /// Every lender's matching policy is asked and recorded, in the programme's order, so that the choice can be repeated.
    async fn choose(&self, at: &Moment, tx: &mut dyn Tx, standing: &Standing) -> Result<LenderId> {
        let mut matched = Vec::new();
        for part in &standing.programme.lenders {
            let (_, evaluation) = decide(at, tx, matching(standing, part.lender, self.amount)).await?;
            if evaluation.outcome == Outcome::Pass {
                matched.push(part.lender);
            }
        }
        match self.lender {
            None => matched.first().copied().ok_or_else(|| Error::from(Code::NoLenderMatches)),
            Some(chosen) => {
                matched.into_iter().find(|lender| *lender == chosen).ok_or_else(|| Error::from(Code::LenderNotFound))
            }
        }
    }
}

fn matching(standing: &Standing, lender: LenderId, amount: Paise) -> Question<'_> {
    Question {
        kind: PolicyKind::Matching,
        programme: &standing.programme,
        lender: Some(lender),
        user: &standing.user,
        application: None,
        amount: Some(amount),
    }
}

async fn free_number(at: &Moment, tx: &mut dyn Tx) -> Result<String> {
    for bump in 0..1_000 {
        let number = application_number(&at.settings.number_prefix, at.now, bump);
        if tx.number_is_free(&number).await? {
            return Ok(number);
        }
    }
    Err(Error::Overloaded)
}

/// Which lenders match an amount and which do not, with the reasons (RBI/2025-26/36, paragraph 6).
#[derive(Debug, Clone)]
pub struct MatchLenders {
    pub amount: Paise,
}

pub struct LenderMatch {
    pub id: LenderId,
    pub name: String,
    pub matched: bool,
    /// The rules that did not pass, or what has to be known before they can be asked.
    pub reasons: Vec<String>,
}

#[async_trait]
impl Query for MatchLenders {
    type Out = Vec<LenderMatch>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<LenderMatch>> {
        let standing = Standing::of_caller(at, tx).await?;
        let mut matches = Vec::new();
        for part in &standing.programme.lenders {
            let lender =
                tx.lender(part.lender).await?.ok_or_else(|| Error::internal("a programme of an unknown lender"))?;
            let (_, evaluation) = evaluate(at, tx, &matching(&standing, part.lender, self.amount)).await?;
            let failed = evaluation.rules.iter().filter(|rule| rule.outcome != Outcome::Pass);
            let missing = evaluation.missing.iter().map(|input| format!("{input} is not known yet"));
            matches.push(LenderMatch {
                id: lender.id,
                name: lender.name,
                matched: evaluation.outcome == Outcome::Pass,
                reasons: failed.map(|rule| rule.rule.clone()).chain(missing).collect(),
            });
        }
        Ok(matches)
    }
}
