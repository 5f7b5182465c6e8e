use axum::Json;
use axum::extract::State;
use qist_app::journey::view::{ApplicationSummary, DocumentSummary, JourneyView, ReadJourney};
use qist_domain::application::{DocumentStatus, KycDocument, KycKind};
use qist_domain::journey::Step;
use qist_domain::user::consent::Purpose;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::router::Api;
use crate::shape::Rupees;

/// Where the borrower stands. Every step answers this.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct JourneyData {
    next: NextStep,
    /// The sourcing entity's own id of the customer.
    #[serde(rename = "customerID")]
    #[schema(example = "somecustomerid")]
    customer_id: String,
    #[schema(example = "USER_QUALIFIED")]
    user_status: &'static str,
    /// What the credit bureau wants to know before it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    bureau_question: Option<String>,
    /// The most that can be applied for, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    eligible_amount: Option<Rupees>,
    /// The consents that the programme needs and that are not given, or were revoked.
    #[schema(example = json!(["bureau_pull"]))]
    consents_missing: Vec<&'static str>,
    /// The kinds of KYC document that still have to be uploaded.
    #[schema(example = json!(["pan_card", "selfie"]))]
    documents_missing: Vec<&'static str>,
    /// The newest application.
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<ApplicationData>,
}

#[derive(Serialize, ToSchema)]
struct NextStep {
    /// The step's name. One that ends in `_wait` needs nothing from the borrower: ask for the journey again after a moment.
    #[schema(example = "pan")]
    step: &'static str,
    /// The call that does it; empty where there is nothing to call.
    #[schema(example = "POST /v1/borrower/pan")]
    call: &'static str,
    /// What the step is, in a sentence.
    #[schema(example = "Give the PAN.")]
    meaning: &'static str,
}

/// A loan application in short.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApplicationData {
    #[serde(rename = "loanApplicationID")]
    #[schema(example = "2fee9ba7-52e1-4873-8328-e0dff99cdc83")]
    loan_application_id: String,
    #[schema(example = "FB1600196175625806")]
    loan_application_num: String,
    #[schema(example = "KYC_REJECTED")]
    status: &'static str,
    /// What was applied for.
    #[schema(example = 15000)]
    amount: Rupees,
    /// Why it was rejected or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// `STARTED`, `SUBMITTED`, `FAILED` or `COMPLETED`, once a mandate was begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "COMPLETED")]
    mandate_status: Option<String>,
    documents: Vec<KycDocumentData>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct KycDocumentData {
    #[serde(rename = "documentID")]
    #[schema(example = "5b0c9f3e-98a2-4b8e-8f0b-0d9c3d9f1c55")]
    document_id: String,
    #[schema(example = "pan_card")]
    kind: &'static str,
    /// `UPLOADED`, `SUBMITTED`, `VERIFIED` or `REJECTED`.
    #[schema(example = "REJECTED")]
    status: String,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "the picture is blurred")]
    reason: Option<String>,
}

/// Journey
///
/// Where the borrower stands and what comes next.
#[utoipa::path(
    get,
    path = "/v1/borrower/journey",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses((status = 200, description = "Where the borrower stands.", body = JourneyData))
)]
pub async fn read_journey(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
) -> Result<Json<JourneyData>, Own> {
    Ok(Json(api.app.ask(caller, ReadJourney).await?.into()))
}

impl From<JourneyView> for JourneyData {
    fn from(view: JourneyView) -> JourneyData {
        JourneyData {
            next: view.next.into(),
            customer_id: view.customer_id,
            user_status: view.user_status.name(),
            bureau_question: view.bureau_question,
            eligible_amount: view.eligible_amount.map(Rupees),
            consents_missing: view.consents_missing.into_iter().map(Purpose::name).collect(),
            documents_missing: view.documents_missing.into_iter().map(KycKind::name).collect(),
            application: view.application.map(ApplicationData::from),
        }
    }
}

impl From<Step> for NextStep {
    fn from(step: Step) -> NextStep {
        NextStep { step: step.name(), call: step.call(), meaning: step.meaning() }
    }
}

impl From<ApplicationSummary> for ApplicationData {
    fn from(summary: ApplicationSummary) -> ApplicationData {
        ApplicationData {
            loan_application_id: summary.id.to_string(),
            loan_application_num: summary.number,
            status: summary.status.name(),
            amount: summary.amount.into(),
            reason: summary.reason,
            mandate_status: summary.mandate_status,
            documents: summary.documents.into_iter().map(KycDocumentData::from).collect(),
        }
    }
}

impl From<DocumentSummary> for KycDocumentData {
    fn from(document: DocumentSummary) -> KycDocumentData {
        KycDocumentData {
            document_id: document.id.to_string(),
            kind: document.kind.name(),
            status: document.status,
            reason: document.reason,
        }
    }
}

impl From<KycDocument> for KycDocumentData {
    fn from(document: KycDocument) -> KycDocumentData {
        KycDocumentData {
            document_id: document.id.to_string(),
            kind: document.kind.name(),
            status: document.status.name().to_owned(),
            reason: match document.status {
                DocumentStatus::Rejected { reason } => Some(reason),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use qist_domain::user::UserStatus;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_known_yet_is_left_out_and_the_next_call_is_named() {
        let view = JourneyView {
            next: Step::Pan,
            customer_id: "c1".into(),
            user_status: UserStatus::UserProfileUpdated,
            bureau_question: None,
            eligible_amount: None,
            consents_missing: vec![Purpose::GstReturns],
            documents_missing: Vec::new(),
            application: None,
        };
        let expected = json!({
            "next": { "step": "pan", "call": "POST /v1/borrower/pan", "meaning": "Give the PAN." },
            "customerID": "c1",
            "userStatus": "USER_PROFILE_UPDATED",
            "consentsMissing": ["gst_returns"],
            "documentsMissing": [],
        });
        assert_eq!(serde_json::to_value(JourneyData::from(view)).unwrap(), expected);
    }
}
