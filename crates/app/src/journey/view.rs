//! Where a borrower stands: loaded once for every step, answered by every step.

use async_trait::async_trait;
use qist_domain::application::{Application, KycKind, LoanStatus};
use qist_domain::id::ApplicationId;
use qist_domain::journey::{Journey, Step};
use qist_domain::money::Paise;
use qist_domain::policy::PolicyKind;
use qist_domain::programme::Programme;
use qist_domain::refusal::Code;
use qist_domain::user::consent::Purpose;
use qist_domain::user::{User, UserStatus};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{Moment, Query};

/// All that a step needs to know.
pub(crate) struct Standing {
    pub user: User,
    pub programme: Programme,
    pub live_consents: Vec<Purpose>,
    /// The newest.
    pub application: Option<Application>,
}

impl Standing {
    pub(crate) async fn of_caller(at: &Moment, tx: &mut dyn Tx) -> Result<Standing> {
        let (tenant, id) = at.borrower_ids()?;
        let user = tx.user(tenant, id).await?.ok_or(Error::Unauthenticated)?;
        Standing::of(tx, user).await
    }

    pub(crate) async fn of(tx: &mut dyn Tx, user: User) -> Result<Standing> {
        let consents = tx.consents(user.id).await?;
        let live_consents =
            consents.iter().filter(|consent| consent.is_live()).map(|consent| consent.purpose).collect();
        let application = tx.applications_of(user.id).await?.into_iter().next();
        let programme = match &application {
            Some(application) => tx.programme(application.programme).await?,
            None => tx.programme_of(user.tenant).await?,
        };
        let programme = programme.ok_or_else(|| Error::internal("a customer without programme"))?;
        Ok(Standing { user, programme, live_consents, application })
    }

    pub(crate) fn journey(&self) -> Journey<'_> {
        Journey {
            user: &self.user,
            live_consents: &self.live_consents,
            application: self.application.as_ref(),
            programme: &self.programme,
        }
    }

    /// The open application, for steps that work on one.
    pub(crate) fn application(&self) -> Result<&Application> {
        self.application.as_ref().ok_or_else(|| {
            let next = self.journey().next();
            qist_domain::refusal::Refusal::because(
                Code::StepOutOfOrder,
                format!("{} comes first: {}", next.name(), next.meaning()),
            )
            .into()
        })
    }

    pub(crate) fn require_consent(&self, purpose: Purpose) -> Result<()> {
        if self.live_consents.contains(&purpose) {
            return Ok(());
        }
        let message = format!("this needs the consent {}", purpose.name());
        Err(qist_domain::refusal::Refusal::because(Code::ConsentMissing, message).into())
    }
}

/// What every step answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JourneyView {
    pub next: Step,
    pub customer_id: String,
    pub user_status: UserStatus,
    pub bureau_question: Option<String>,
    pub eligible_amount: Option<Paise>,
    pub consents_missing: Vec<Purpose>,
    pub documents_missing: Vec<KycKind>,
    pub application: Option<ApplicationSummary>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplicationSummary {
    pub id: ApplicationId,
    pub number: String,
    pub status: LoanStatus,
    pub amount: Paise,
    /// Why it ended, was rejected, or which document was.
    pub reason: Option<String>,
    pub mandate_status: Option<String>,
    pub documents: Vec<DocumentSummary>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DocumentSummary {
    pub id: qist_domain::id::KycDocumentId,
    pub kind: KycKind,
    pub status: String,
    pub reason: Option<String>,
}

/// The view after a step, read afresh in the same transaction.
pub(crate) async fn view(at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
    let standing = Standing::of_caller(at, tx).await?;
    let journey = standing.journey();
    let limit = eligible_amount(tx, &standing.user).await?;
    let consents = &standing.programme.settings.consents;
    let missing = consents.iter().copied().filter(|purpose| !standing.live_consents.contains(purpose)).collect();
    Ok(JourneyView {
        next: journey.next(),
        customer_id: standing.user.customer_id.clone(),
        user_status: standing.user.status,
        bureau_question: standing.user.bureau.question.clone(),
        eligible_amount: limit,
        consents_missing: missing,
        documents_missing: journey.documents_to_upload(),
        application: standing.application.as_ref().map(summary),
    })
}

/// The most that the customer can apply for: what qualification says, else what prequalification said.
pub(crate) async fn eligible_amount(tx: &mut dyn Tx, user: &User) -> Result<Option<Paise>> {
    let qualified = tx.decision(user.id, PolicyKind::Qualification).await?;
    let of_policy = qualified.and_then(|decision| crate::users::decide::amount_of(&decision.outputs, "eligibleAmount"));
    Ok(match of_policy {
        Some(amount) => Some(amount),
        None => tx.eligibility(user.id).await?.map(|eligibility| eligibility.amount),
    })
}

pub(crate) fn summary(application: &Application) -> ApplicationSummary {
    use qist_domain::application::DocumentStatus;
    let documents = application.documents.iter().map(|document| DocumentSummary {
        id: document.id,
        kind: document.kind,
        status: document.status.name().to_owned(),
        reason: match &document.status {
            DocumentStatus::Rejected { reason } => Some(reason.clone()),
            _ => None,
        },
    });
    ApplicationSummary {
        id: application.id,
        number: application.number.clone(),
        status: application.status,
        amount: application.amount,
        reason: application.end_reason.clone(),
        mandate_status: application.mandate.as_ref().map(|mandate| mandate.status.name().to_owned()),
        documents: documents.collect(),
    }
}

/// Where do I stand?
#[derive(Debug, Clone)]
pub struct ReadJourney;

#[async_trait]
impl Query for ReadJourney {
    type Out = JourneyView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        view(at, tx).await
    }
}
