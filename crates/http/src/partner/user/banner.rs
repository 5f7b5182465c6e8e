use axum::extract::State;
use qist_app::users::banner::ReadBanner;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Contract, Envelope, EnvelopeError};
use crate::extract::{Params, PartnerCaller};
use crate::router::Api;

#[derive(Debug, Serialize, ToSchema)]
pub struct BannerData {
    /// `APPLY`, `INCOMPLETE`, `APPROVED`, `REJECTED`, `ACTIVE`, `DUE`, `OVERDUE`, `CLOSED`, `CANCELLED`, `HIDE` or `INACTIVE`.
    #[schema(example = "APPLY")]
    banner: &'static str,
}

/// Banner
///
/// One word to show about a customer's loan; `APPLY` for a customer whom we do not know.
#[utoipa::path(
    get,
    path = "/v1/user/banner",
    tag = "Users",
    security(("server_key" = [])),
    params(("customerID" = String, Query, description = "Your id of the customer.", example = "somecustomerid")),
    responses(
        (status = 200, description = "The word.", body = Envelope<BannerData>),
        (status = 401, description = "The API key is missing, unknown or revoked.", body = EnvelopeError),
        (status = 403, description = "`customerID` is missing.", body = EnvelopeError),
    )
)]
pub async fn banner(
    State(api): State<Api>,
    PartnerCaller(caller): PartnerCaller,
    params: Params,
) -> Result<Envelope<BannerData>, Contract> {
    let customer_id = params.required("customerID")?;
    let banner = api.app.ask(caller, ReadBanner { customer_id }).await?;
    Ok(Envelope::of(BannerData { banner }))
}
