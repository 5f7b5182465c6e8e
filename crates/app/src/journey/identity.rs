//! Who the borrower is: profile, PAN, business, GST, the bureau's question; and whether that qualifies.

use async_trait::async_trait;
use qist_domain::format::{Gstin, Pan};
use qist_domain::journey::Step;
use qist_domain::policy::{Outcome, PolicyKind};
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::consent::Purpose;
use qist_domain::user::{Business, Profile, User};

use super::view::{JourneyView, Standing, view};
use crate::error::{Error, Result};
use crate::ports::connector::Ask;
use crate::ports::store::Tx;
use crate::providers::job::{Task, enqueue};
use crate::run::{Command, Moment};
use crate::users::decide::{Question, decide};

#[derive(Debug, Clone)]
pub struct UpdateProfile {
    pub profile: Profile,
}

#[async_trait]
impl Command for UpdateProfile {
    type Out = JourneyView;
    const OPERATION: &'static str = "update_profile";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = unlocked(at, tx).await?;
        tx.save_user(standing.user.update_profile(self.profile.clone(), at.today())?, at.now).await?;
        qualify_if_ready(at, tx).await?;
        view(at, tx).await
    }
}

/// The standing of a borrower who may still change who they are.
async fn unlocked(at: &Moment, tx: &mut dyn Tx) -> Result<Standing> {
    let standing = Standing::of_caller(at, tx).await?;
    if standing.application.as_ref().is_some_and(|application| !application.status.is_final()) {
        return Err(Code::ProfileLocked.into());
    }
    Ok(standing)
}

#[derive(Clone)]
pub struct SetPan {
    pub pan: Pan,
}

#[async_trait]
impl Command for SetPan {
    type Out = JourneyView;
    const OPERATION: &'static str = "set_pan";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = unlocked(at, tx).await?;
        standing.journey().require(Step::Pan)?;
        standing.require_consent(Purpose::BureauPull)?;
        if !standing.programme.settings.is_business() && !self.pan.is_of_a_person() {
            return Err(Refusal::invalid("pan", "must be the PAN of a person: its fourth letter is P").into());
        }
        tx.save_user(standing.user.set_pan(self.pan.clone())?, at.now).await?;
        ask_bureau(at, tx, None).await?;
        view(at, tx).await
    }
}

/// Asks the bureau, unless it is being asked or has answered.
async fn ask_bureau(at: &Moment, tx: &mut dyn Tx, answer: Option<String>) -> Result<()> {
    let user = Standing::of_caller(at, tx).await?.user;
    let (Some(name), Some(pan), Some(dob)) = (user.name.clone(), user.personal.pan.clone(), user.personal.dob) else {
        return Err(Error::internal("the bureau is asked before the profile is complete"));
    };
    let again = answer.is_some();
    let ask = Ask::Bureau { name, pan: pan.to_string(), dob, mobile: user.mobile.to_string(), answer };
    if let Some(change) = user.clone().bureau_asked() {
        tx.save_user(change, at.now).await?;
    } else if !again {
        return Ok(());
    }
    enqueue(at, tx, &user, None, "", Task::Ask(ask)).await?;
    Ok(())
}

#[derive(Clone)]
pub struct AnswerBureau {
    pub answer: String,
}

#[async_trait]
impl Command for AnswerBureau {
    type Out = JourneyView;
    const OPERATION: &'static str = "answer_bureau";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = unlocked(at, tx).await?;
        standing.require_consent(Purpose::BureauPull)?;
        tx.save_user(standing.user.answer_bureau()?, at.now).await?;
        ask_bureau(at, tx, Some(self.answer.clone())).await?;
        view(at, tx).await
    }
}

#[derive(Debug, Clone)]
pub struct SetBusiness {
    pub business: Business,
}

#[async_trait]
impl Command for SetBusiness {
    type Out = JourneyView;
    const OPERATION: &'static str = "set_business";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = business_programme(at, tx).await?;
        standing.journey().require(Step::Business)?;
        if self.business.vintage_day > at.today() {
            return Err(Refusal::invalid("vintageDate", "must not be in the future").into());
        }
        tx.save_user(standing.user.set_business(self.business.clone())?, at.now).await?;
        qualify_if_ready(at, tx).await?;
        view(at, tx).await
    }
}

/// The GSTIN, or `None` to skip.
#[derive(Debug, Clone)]
pub struct SetGst {
    pub gstin: Option<Gstin>,
}

#[async_trait]
impl Command for SetGst {
    type Out = JourneyView;
    const OPERATION: &'static str = "set_gst";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = business_programme(at, tx).await?;
        standing.journey().require(Step::Gst)?;
        let user = standing.user.clone();
        match &self.gstin {
            None => {
                tx.save_user(user.skip_gst()?, at.now).await?;
                qualify_if_ready(at, tx).await?;
            }
            Some(gstin) => {
                standing.require_consent(Purpose::GstReturns)?;
                tx.save_user(user.clone().add_gstin(gstin.clone())?, at.now).await?;
                enqueue(at, tx, &user, None, "", Task::Ask(Ask::Gst { gstin: gstin.to_string() })).await?;
            }
        }
        view(at, tx).await
    }
}

async fn business_programme(at: &Moment, tx: &mut dyn Tx) -> Result<Standing> {
    let standing = unlocked(at, tx).await?;
    if !standing.programme.settings.is_business() {
        return Err(Refusal::because(Code::StepOutOfOrder, "this programme does not ask about a business").into());
    }
    Ok(standing)
}

async fn qualify_if_ready(at: &Moment, tx: &mut dyn Tx) -> Result<()> {
    let user = Standing::of_caller(at, tx).await?.user;
    qualify(at, tx, user).await
}

/// Runs the qualification policy once everything that it looks at has settled.
pub(crate) async fn qualify(at: &Moment, tx: &mut dyn Tx, user: User) -> Result<()> {
    let standing = Standing::of(tx, user).await?;
    let user = &standing.user;
    let business = standing.programme.settings.is_business();
    let settled = user.personal.pan.is_some()
        && user.bureau.status.is_final()
        && (!business || (user.personal.business.is_some() && user.personal.gst_is_settled()));
    if !settled {
        return Ok(());
    }
    let question = Question {
        kind: PolicyKind::Qualification,
        programme: &standing.programme,
        lender: None,
        user,
        application: None,
        amount: None,
    };
    let (_, evaluation) = decide(at, tx, question).await?;
    // What the policy cannot decide here, underwriting decides later with more to look at.
    if let Some(change) = standing.user.qualified(evaluation.outcome != Outcome::Fail)? {
        tx.save_user(change, at.now).await?;
    }
    Ok(())
}
