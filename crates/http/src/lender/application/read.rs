use axum::Json;
use axum::extract::State;
use qist_app::applications::read::LoanView;
use qist_app::caller::Caller;
use qist_app::error::Error;
use qist_app::lender::read::{ReadAssigned, ReadAssignedOffers};
use qist_domain::application::Application;
use qist_domain::id::ApplicationId;
use qist_domain::refusal::Code;
use serde::Serialize;
use utoipa::ToSchema;

use crate::borrower::journey::KycDocumentData;
use crate::error::Own;
use crate::extract::{LenderCaller, PathId};
use crate::partner::loan::details::{AddressData, LoanDetails, details};
use crate::router::Api;

/// Loan Details as the sourcing entity sees them, and what the lender needs besides.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AssignedDetails {
    #[serde(flatten)]
    loan: LoanDetails,
    /// `{}` unless the programme asks for it and it is known.
    business_address: AddressData,
    documents: Vec<KycDocumentData>,
    /// `STARTED`, `SUBMITTED`, `FAILED` or `COMPLETED`; empty until a mandate is begun.
    #[schema(example = "COMPLETED")]
    mandate_status: &'static str,
    /// `offered` or `offer_accepted`; empty until there are offers.
    #[schema(example = "offer_accepted")]
    offers_status: &'static str,
    /// Why it was rejected or cancelled; empty otherwise.
    end_reason: String,
}

/// Read Application
#[utoipa::path(
    get,
    path = "/v1/lender/applications/{id}",
    tag = "Lender",
    security(("lender_key" = [])),
    params(PathId<ApplicationId>),
    responses(
        (status = 200, description = "The application with its borrower, bank account and documents.", body = AssignedDetails),
        (status = 404, description = "No such application is assigned to you."),
    )
)]
pub async fn read_application(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    PathId(application): PathId<ApplicationId>,
) -> Result<Json<AssignedDetails>, Own> {
    let view = api.app.ask(caller, ReadAssigned { application }).await?;
    let offers_status = offers_status(&api, caller, &view.application).await?;
    Ok(Json(shape(view, offers_status)))
}

async fn offers_status(api: &Api, caller: Caller, application: &Application) -> Result<&'static str, Error> {
    if application.accepted_offer.is_some() {
        return Ok("offer_accepted");
    }
    match api.app.ask(caller, ReadAssignedOffers { application: application.id }).await {
        Ok(_) => Ok("offered"),
        Err(error) if error.code() == Some(Code::OffersNotReady) => Ok(""),
        Err(error) => Err(error),
    }
}

fn shape(view: LoanView, offers_status: &'static str) -> AssignedDetails {
    let application = view.application.clone();
    AssignedDetails {
        loan: details(view),
        business_address: application.details.business_address.into(),
        documents: application.documents.into_iter().map(KycDocumentData::from).collect(),
        mandate_status: application.mandate.map_or("", |mandate| mandate.status.name()),
        offers_status,
        end_reason: application.end_reason.unwrap_or_default(),
    }
}
