use axum::Json;
use axum::extract::State;
use qist_app::applications::read::OfferView;
use qist_app::journey::offer::ReadMyOffers;
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::Own;
use crate::extract::BorrowerCaller;
use crate::partner::loan::offers::{OfferData, offer_data};
use crate::router::Api;

#[derive(Serialize, ToSchema)]
pub struct OffersData {
    offers: Vec<DatedOffer>,
}

/// An offer, and how long it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DatedOffer {
    #[serde(flatten)]
    offer: OfferData,
    /// RFC 3339, UTC: from then on it cannot be accepted.
    #[schema(example = "2021-02-18T04:45:00.000000Z")]
    valid_until: String,
}

/// My Offers
///
/// The offers that the lender has made on the approved application.
#[utoipa::path(
    get,
    path = "/v1/borrower/offers",
    tag = "Borrower",
    security(("client_key" = [], "user_token" = [])),
    responses(
        (status = 200, description = "The offers.", body = OffersData),
        (status = 409, description = "There is no application yet, or it is not approved."),
    )
)]
pub async fn list_offers(
    State(api): State<Api>,
    BorrowerCaller(caller): BorrowerCaller,
) -> Result<Json<OffersData>, Own> {
    Ok(Json(api.app.ask(caller, ReadMyOffers).await?.into()))
}

impl From<Vec<OfferView>> for OffersData {
    fn from(offers: Vec<OfferView>) -> OffersData {
        let dated =
            |offer: OfferView| DatedOffer { valid_until: offer.valid_until.rfc3339(), offer: offer_data(offer) };
        OffersData { offers: offers.into_iter().map(dated).collect() }
    }
}

#[cfg(test)]
mod tests {
    use qist_domain::day::Instant;
    use qist_domain::id::OfferId;
    use qist_domain::loan::Quote;
    use qist_domain::money::Paise;
    use serde_json::json;

    use super::*;

    #[test]
    fn an_offer_keeps_its_figures_to_the_digit_beside_its_last_instant() {
        let terms = json!({ "method": "flat_rate", "annual_rate": "14.4", "fee": { "kind": "fixed", "amount_paise": 70_000 }, "gst": "18" });
        let terms = serde_json::from_value(terms).unwrap();
        let start = "2021-01-03".parse().unwrap();
        let offer = OfferView {
            id: OfferId(uuid::Uuid::nil()),
            lender: "Example Finance".into(),
            accepted: false,
            valid_until: Instant::from_micros(1_613_623_500_000_000),
            line: false,
            quote: Quote::new(&terms, Paise::from_rupees(6_500), 6, start).unwrap(),
        };
        let text = serde_json::to_string(&OffersData::from(vec![offer])).unwrap();
        for part in
            ["\"disbursalAmount\":5674,", "\"annualInterest\":14.4,", "\"validUntil\":\"2021-02-18T04:45:00.000000Z\""]
        {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
