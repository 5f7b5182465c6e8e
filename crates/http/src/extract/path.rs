use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use qist_domain::id::{
    ApplicationId, ConsentId, CreditLineId, KycDocumentId, LoanDecisionId, LoanId, OfferTemplateId, PayoffId,
    TransactionId, WebhookEndpointId,
};
use qist_domain::refusal::Code;
use qist_domain::webhook::MessageId;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::error::{Failure, Own};

/// Something that a path names.
pub trait InPath: Sized {
    /// The parameter's name in the route.
    const PARAM: &'static str;
    const MEANING: &'static str;

    fn read(text: &str) -> Option<Self>;

    /// The answer where nothing of that name exists.
    fn absent() -> Failure;
}

/// An element of the path. One that cannot be a name at all answers like a name that we never gave.
pub struct PathId<T>(pub T);

impl<T: InPath, S: Send + Sync> FromRequestParts<S> for PathId<T> {
    type Rejection = Own;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Own> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| T::absent())?;
        let found = params.iter().find(|(name, _)| *name == T::PARAM).and_then(|(_, text)| T::read(text));
        Ok(PathId(found.ok_or_else(T::absent)?))
    }
}

impl<T: InPath> IntoParams for PathId<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = ParameterBuilder::new()
            .name(T::PARAM)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(T::MEANING))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
        vec![parameter.build()]
    }
}

macro_rules! ids {
    ($($id:ident $param:literal $absent:ident $meaning:literal;)*) => {$(
        impl InPath for $id {
            const PARAM: &'static str = $param;
            const MEANING: &'static str = $meaning;

            fn read(text: &str) -> Option<Self> {
                Self::from_str(text).ok()
            }

            fn absent() -> Failure {
                Code::$absent.into()
            }
        }
    )*};
}

ids! {
    ApplicationId "id" LoanNotFound "The loan application.";
    LoanId "id" LoanNotFound "The loan application, or the `txnID` of a drawdown on a credit line.";
    CreditLineId "id" CreditLineNotFound "The credit line.";
    TransactionId "txnID" TransactionNotFound "The drawdown.";
    ConsentId "id" ConsentNotFound "The consent.";
    KycDocumentId "documentID" KycDocumentNotFound "The KYC document.";
    LoanDecisionId "decisionID" LoanDecisionNotFound "The decision.";
    PayoffId "payoffID" PayoffNotFound "The quote.";
    OfferTemplateId "id" OfferTemplateNotFound "The offer template.";
    WebhookEndpointId "id" WebhookNotFound "The webhook endpoint.";
    MessageId "messageID" WebhookDeliveryNotFound "The message: its `webhook-id`.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_an_id_answers_like_an_id_that_we_never_gave() {
        for text in ["", "7", "2FEE9BA7-52E1-4873-8328", "2fee9ba752e148738328e0dff99cdc83", "../2fee9ba7"] {
            assert!(ApplicationId::read(text).is_none(), "{text}");
        }
        let absent = OfferTemplateId::absent();
        assert_eq!((absent.status.as_u16(), absent.code), (404, "offer_template_not_found"));
    }
}
