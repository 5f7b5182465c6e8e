//! What the macros cannot say about an operation, or would have to say everywhere.

use utoipa::IntoParams;
use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, Content, Header, OpenApi, Ref, RefOr, Server};
use utoipa::{PartialSchema, ToSchema};

use super::request;
use crate::error::{BANK_CONNECT, BankConnectError, EnvelopeError, Problem};
use crate::extract::Idempotency;

/// The parts of the API, in the order in which they are shown.
const TAGS: &[(&str, &str)] = &[
    ("Users", "The sourcing entity's customers: create them, check their eligibility, send them into the journey."),
    ("Loans", "The sourcing entity's loan applications: what was applied for, offered, signed, paid out and repaid."),
    ("Credit Lines", "The customers' credit lines: limits, and transactions to be confirmed, split or cancelled."),
    (
        "Borrower",
        "The journey itself, step by step, with the client key and the user's token: for a page or a mobile app.",
    ),
    (
        "Lender",
        "What a lender decides and does: documents, underwriting, approval, disbursal, repayments, offer templates.",
    ),
    (
        "BankConnect",
        "Bank statements: whose they are, uploading them, what was made of them, and how banks' net banking stands.",
    ),
    ("Webhooks", "Where you want to hear of events, what was sent there, and the log to catch up with."),
    ("Sandbox", "What exists on test servers alone."),
    ("Inbound", "Where providers answer: each callback proves its origin by its signature."),
    ("Files", "Files behind signed links that end after five minutes; reports of BankConnect after an hour."),
];

const ABOUT: &str = include_str!("about.md");

/// A "no" that comes before or after any handler.
struct Common {
    status: &'static str,
    name: &'static str,
    meaning: &'static str,
    applies: fn(&Operation) -> bool,
}

const COMMON: &[Common] = &[
    Common {
        status: "401",
        name: "Unauthenticated",
        meaning: "The key or the token is missing, unknown, revoked or expired.",
        applies: |operation| operation.security.is_some(),
    },
    Common {
        status: "413",
        name: "TooLarge",
        meaning: "The body is larger than this route accepts.",
        applies: |operation| operation.request_body.is_some(),
    },
    Common {
        status: "415",
        name: "WrongMediaType",
        meaning: "The body is not of the media type that this route reads.",
        applies: |operation| matches!(&operation.request_body, Some(RefOr::T(body)) if !body.content.contains_key("*/*")),
    },
    Common {
        status: "500",
        name: "Internal",
        meaning: "Our own fault: tell us the `x-request-id`.",
        applies: |_| true,
    },
    Common {
        status: "503",
        name: "Unavailable",
        meaning: "Too much at once, or something that we need does not answer: come again after `Retry-After` seconds.",
        applies: |_| true,
    },
];

/// Statuses that say when to come again.
const TEMPORARY: &[&str] = &["429", "503"];

/// Completes the document that the routes make: what it is about, servers, tags, keys, and every operation.
#[must_use]
pub fn finish(mut document: OpenApi) -> OpenApi {
    document.info.description = Some(ABOUT.to_owned());
    document.servers = Some(vec![Server::new("/")]);
    let tag = |(name, about): &(&str, &str)| TagBuilder::new().name(*name).description(Some(*about)).build();
    document.tags = Some(TAGS.iter().map(tag).collect());
    add_components(document.components.get_or_insert_default());
    for (path, item) in &mut document.paths.paths {
        let dress = Dress::of(path);
        for (safe, operation) in operations(item) {
            complete(operation, dress, safe);
        }
    }
    request::describe(&mut document);
    document
}

/// Who is answered: each audience has an error shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dress {
    /// The contract's routes.
    Envelope,
    /// Routes of our own.
    Problem,
    /// BankConnect's routes.
    Detail,
}

impl Dress {
    /// As the router dresses what fails under this path.
    pub(super) fn of(path: &str) -> Dress {
        if path.starts_with(BANK_CONNECT) {
            return Dress::Detail;
        }
        let own = [
            "/v1/borrower",
            "/v1/lender",
            "/v1/inbound",
            "/v1/webhooks",
            "/v1/events",
            "/files/",
            "/kfs/",
            "/papers/",
            "/bank-reports/",
            "/pay/",
        ];
        if own.iter().any(|prefix| path.starts_with(prefix)) { Dress::Problem } else { Dress::Envelope }
    }

    fn name(self) -> &'static str {
        match self {
            Dress::Envelope => "Envelope",
            Dress::Problem => "Problem",
            Dress::Detail => "Detail",
        }
    }

    fn content(self) -> (&'static str, Content) {
        let (media_type, schema) = match self {
            Dress::Envelope => ("application/json", EnvelopeError::name()),
            Dress::Problem => ("application/problem+json", Problem::name()),
            Dress::Detail => ("application/json", BankConnectError::name()),
        };
        (media_type, Content::new(Some(Ref::from_schema_name(schema))))
    }
}

/// The operations of a path, each with whether it only looks.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [(true, get), (false, put), (false, post), (false, delete), (false, patch)]
        .into_iter()
        .filter_map(|(safe, operation)| Some((safe, operation.as_mut()?)))
}

fn add_components(components: &mut Components) {
    components.schemas.insert(EnvelopeError::name().into_owned(), EnvelopeError::schema());
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(BankConnectError::name().into_owned(), BankConnectError::schema());
    for dress in [Dress::Envelope, Dress::Problem, Dress::Detail] {
        for common in COMMON {
            let (media_type, content) = dress.content();
            let mut response = ResponseBuilder::new().description(common.meaning).content(media_type, content).build();
            if TEMPORARY.contains(&common.status) {
                response.headers.insert("Retry-After".to_owned(), retry_after());
            }
            components.responses.insert(format!("{}{}", dress.name(), common.name), response.into());
        }
    }
    let header =
        |name: &str, about: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, about)));
    let key = |about: &str| header("x-api-key", about);
    let schemes = [
        ("server_key", key("Server key: Users, Loans.")),
        ("client_key", key("Client key: Borrower.")),
        ("lender_key", key("Lender's key: Lender.")),
        ("bank_key", key("Key of BankConnect.")),
        ("server_hash", header("server-hash", "Known to servers alone: BankConnect.")),
        ("user_token", bearer("User's token: Borrower.")),
    ];
    components.security_schemes.extend(schemes.map(|(name, scheme)| (name.to_owned(), scheme.into())));
}

fn bearer(about: &str) -> SecurityScheme {
    SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(about)).build())
}

fn retry_after() -> RefOr<Header> {
    let mut header = Header::new(ObjectBuilder::new().schema_type(Type::Integer));
    header.description = Some("Seconds to wait.".to_owned());
    header.into()
}

fn complete(operation: &mut Operation, dress: Dress, safe: bool) {
    let applying: Vec<&Common> = COMMON.iter().filter(|common| (common.applies)(operation)).collect();
    let responses = &mut operation.responses.responses;
    for common in applying {
        let shared = Ref::from_response_name(format!("{}{}", dress.name(), common.name));
        responses.entry(common.status.to_owned()).or_insert(RefOr::Ref(shared));
    }
    for status in TEMPORARY {
        if let Some(RefOr::T(response)) = responses.get_mut(*status) {
            response.headers.entry("Retry-After".to_owned()).or_insert_with(retry_after);
        }
    }
    if dress == Dress::Envelope && !safe {
        take_idempotency_key(operation);
    }
}

/// Every unsafe call of the contract takes the header; routes of our own name it where they do.
fn take_idempotency_key(operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_default();
    let header = Idempotency::into_params(|| Some(ParameterIn::Header));
    let is_there = |name: &str, parameters: &[RefOr<_>]| {
        parameters.iter().any(
            |known: &RefOr<utoipa::openapi::path::Parameter>| matches!(known, RefOr::T(known) if known.name == name),
        )
    };
    for parameter in header {
        if !is_there(&parameter.name, parameters) {
            parameters.push(RefOr::T(parameter));
        }
    }
    let conflict = "The `Idempotency-Key` was used with another request.";
    let (media_type, content) = Dress::Envelope.content();
    let response = || ResponseBuilder::new().description(conflict).content(media_type, content).build();
    operation.responses.responses.entry("409".to_owned()).or_insert_with(|| response().into());
}
