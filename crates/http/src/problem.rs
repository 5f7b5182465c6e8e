//! What the descriptions of our own routes have in common, said once: every "no" is a problem (RFC 9457), and some of them
//! come before any handler runs.

use utoipa::ToSchema;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{Content, Ref, RefOr};
use utoipa_axum::router::OpenApiRouter;

use crate::error::{BankConnectError, Problem};
use crate::router::Api;

/// Finishes the description of routes of our own: each operation says only the refusals that are its own.
pub(crate) fn describe(router: OpenApiRouter<Api>) -> OpenApiRouter<Api> {
    described::<Problem>(router, "application/problem+json")
}

/// The same for routes of BankConnect, whose "no" has a shape of its own.
pub(crate) fn describe_bank(router: OpenApiRouter<Api>) -> OpenApiRouter<Api> {
    described::<BankConnectError>(router, "application/json")
}

fn described<T: ToSchema>(mut router: OpenApiRouter<Api>, media_type: &str) -> OpenApiRouter<Api> {
    let document = router.get_openapi_mut();
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.put].into_iter().flatten() {
            add_common(operation);
            give_bodies::<T>(operation, media_type);
        }
    }
    let components = document.components.get_or_insert_default();
    components.schemas.insert(T::name().into_owned(), T::schema());
    router
}

fn add_common(operation: &mut Operation) {
    let mut common = Vec::new();
    if operation.request_body.is_some() {
        common.push(("400", "The body could not be read."));
    }
    let is_key = |parameter: &RefOr<Parameter>| matches!(parameter, RefOr::T(found) if found.name == "Idempotency-Key");
    if operation.parameters.iter().flatten().any(is_key) {
        common.push(("400", "The `Idempotency-Key` is malformed."));
        common.push(("409", "The `Idempotency-Key` was used with another request."));
    }
    for (status, description) in common {
        let response = || ResponseBuilder::new().description(description).build().into();
        operation.responses.responses.entry(status.to_owned()).or_insert_with(response);
    }
}

fn give_bodies<T: ToSchema>(operation: &mut Operation, media_type: &str) {
    let failures = operation.responses.responses.iter_mut().filter(|(status, _)| status.as_str() >= "400");
    for (_, response) in failures {
        if let RefOr::T(response) = response {
            let shape = Content::new(Some(Ref::from_schema_name(T::name())));
            response.content.insert(media_type.to_owned(), shape.into());
        }
    }
}

#[cfg(test)]
mod tests;
