//! The four ways to upload a statement: with the bank named or found, as a file or as text.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use qist_app::bankconnect::upload::{Fault, Sent, Upload, Uploaded};
use qist_app::caller::Caller;
use qist_app::ports::downloads::Scheme;
use qist_domain::refusal::{Code, Refusal};
use qist_statement::Bank;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::bankconnect::report::IdentityData;
use crate::error::Failure;
use crate::extract::{BankClient, Form, FormBody, FormRefusal, Params};
use crate::router::Api;

/// The largest body of an upload as a file, and as base64, whose texts are a third longer.
pub const FILE_BODY_BYTES_MAX: usize = 20 * 1024 * 1024 + 64 * 1024;
pub const BASE64_BODY_BYTES_MAX: usize = 28 * 1024 * 1024 + 64 * 1024;

const NO_FORM: &str = "Send the body as multipart/form-data or application/x-www-form-urlencoded.";

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described: the values are read from the query, which may hold more")]
pub struct UploadParams {
    /// `true`: the answer holds period, holder and whether the file itself was changed.
    #[param(example = true)]
    identity: Option<bool>,
}

#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "only described: forms are read field by field")]
pub struct UploadForm {
    /// The statement: a PDF, or an account aggregator's DEPOSIT data in XML or JSON; of at most 20 MB. Base64 on the routes
    /// that say so.
    #[schema(value_type = Option<String>, format = Binary)]
    file: Option<String>,
    /// A public URL of it instead, on the routes that take files.
    #[schema(example = "https://files.example/statement.pdf")]
    file_url: Option<String>,
    /// The bank's identifier; needed where the bank is not found out.
    #[schema(example = "axis")]
    bank_name: Option<String>,
    /// Your own name for whoever the statement is of.
    #[schema(example = "some_link_id")]
    link_id: Option<String>,
    /// The entity; goes before `link_id`. Without either a new one is made.
    entity_id: Option<String>,
    /// Opens the file, and is kept nowhere.
    pdf_password: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct DateRange {
    #[schema(example = "2018-10-01")]
    from_date: Option<String>,
    #[schema(example = "2019-03-31")]
    to_date: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct UploadedData {
    /// The bank's identifier.
    #[schema(example = "axis")]
    bank_name: String,
    statement_id: String,
    entity_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_range: Option<DateRange>,
    /// Whether the file itself was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_fraud: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    fraud_type: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<IdentityData>)]
    identity: Option<Option<IdentityData>>,
    /// 1.
    status: u8,
}

/// What a route takes.
#[derive(Debug, Clone, Copy)]
struct Route {
    bank_is_named: bool,
    base64: bool,
}

type Sending = Result<FormBody, FormRefusal>;

/// Upload Statement
///
/// Files a statement of a named bank and reads it at once; its analysis follows within seconds.
#[utoipa::path(
    post,
    path = "/bank-connect/v1/statement/upload/",
    tag = "BankConnect",
    security(("bank_key" = [])),
    params(UploadParams),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "It can be used.", body = UploadedData),
        (status = 400, description = "A field is missing or not valid (`status` 0), the password is wrong (3), it is of another bank (4), or it cannot be read (6)."),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn upload_statement(
    State(api): State<Api>,
    BankClient(caller): BankClient,
    params: Params,
    form: Sending,
) -> Response {
    upload(&api, caller, &params, form, Route { bank_is_named: true, base64: false }).await
}

/// Upload Statement, Bank Unknown
///
/// Files a statement whose bank is found out.
#[utoipa::path(
    post,
    path = "/bank-connect/v1/statement/bankless_upload/",
    tag = "BankConnect",
    security(("bank_key" = [])),
    params(UploadParams),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "It can be used.", body = UploadedData),
        (status = 400, description = "A field is missing or not valid (`status` 0), the password is wrong (3), no bank was found (5), or it cannot be read (6)."),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn upload_bankless_statement(
    State(api): State<Api>,
    BankClient(caller): BankClient,
    params: Params,
    form: Sending,
) -> Response {
    upload(&api, caller, &params, form, Route { bank_is_named: false, base64: false }).await
}

/// Upload Statement as Base64
///
/// As Upload Statement; the file is a text.
#[utoipa::path(
    post,
    path = "/bank-connect/v1/statement/upload_base64/",
    tag = "BankConnect",
    security(("bank_key" = [])),
    params(UploadParams),
    request_body(content = UploadForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It can be used.", body = UploadedData),
        (status = 400, description = "A field is missing or not valid (`status` 0), the password is wrong (3), it is of another bank (4), or it cannot be read (6)."),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn upload_base64_statement(
    State(api): State<Api>,
    BankClient(caller): BankClient,
    params: Params,
    form: Sending,
) -> Response {
    upload(&api, caller, &params, form, Route { bank_is_named: true, base64: true }).await
}

/// Upload Statement as Base64, Bank Unknown
///
/// As Upload Statement, Bank Unknown; the file is a text.
#[utoipa::path(
    post,
    path = "/bank-connect/v1/statement/bankless_upload_base64/",
    tag = "BankConnect",
    security(("bank_key" = [])),
    params(UploadParams),
    request_body(content = UploadForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It can be used.", body = UploadedData),
        (status = 400, description = "A field is missing or not valid (`status` 0), the password is wrong (3), no bank was found (5), or it cannot be read (6)."),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn upload_bankless_base64_statement(
    State(api): State<Api>,
    BankClient(caller): BankClient,
    params: Params,
    form: Sending,
) -> Response {
    upload(&api, caller, &params, form, Route { bank_is_named: false, base64: true }).await
}

async fn upload(api: &Api, caller: Caller, params: &Params, form: Sending, route: Route) -> Response {
    let FormBody(form) = match form {
        Ok(form) => form,
        Err(FormRefusal::NoForm) => return Failure::from(Refusal::invalid("file", NO_FORM)).upload_detail(),
        Err(FormRefusal::Unreadable(failure)) => return failure.upload_detail(),
    };
    let upload = match read(form, route) {
        Ok(upload) => upload,
        Err(refusal) => return Failure::from(refusal).upload_detail(),
    };
    let identity = params.optional("identity").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    match api.app.upload_statement(caller, upload).await {
        Ok(Uploaded { entity, statement: _, fault: Some(fault) }) => failed(&entity.id.to_string(), fault),
        Ok(uploaded) => Json(shown(uploaded, identity)).into_response(),
        Err(error) => Failure::from(error).upload_detail(),
    }
}

fn read(mut form: Form, route: Route) -> Result<Upload, Refusal> {
    let entity = match form.optional("entity_id") {
        Some(text) => Some(text.parse().map_err(|_| Refusal::new(Code::BankEntityNotFound))?),
        None => None,
    };
    let sent = sent(&mut form, route)?;
    let bank = match route.bank_is_named {
        true => Some(bank_of(&form.required("bank_name")?)?),
        false => None,
    };
    Ok(Upload { sent, bank, entity, link_id: form.optional("link_id"), password: form.verbatim("pdf_password") })
}

fn sent(form: &mut Form, route: Route) -> Result<Sent, Refusal> {
    if route.base64 {
        let as_part = form.file("file").map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = as_part.or_else(|| form.verbatim("file")).ok_or_else(|| Refusal::missing("file"))?;
        return Ok(Sent::Base64(text));
    }
    let scheme = if route.bank_is_named { Scheme::Https } else { Scheme::Any };
    match (form.file("file"), form.verbatim("file"), form.optional("file_url")) {
        (Some(bytes), ..) => Ok(Sent::Bytes(bytes)),
        (None, Some(text), None) => Ok(Sent::Bytes(text.into_bytes())),
        (None, _, Some(url)) => Ok(Sent::Url { url, scheme }),
        (None, None, None) => Err(Refusal::missing("file")),
    }
}

fn bank_of(identifier: &str) -> Result<Bank, Refusal> {
    let bank = Bank::identified(&identifier.to_ascii_lowercase());
    bank.ok_or_else(|| Refusal::invalid("bank_name", format!("\"{identifier}\" is not a valid choice.")))
}

#[derive(Serialize)]
struct FailedData<'a> {
    status: u8,
    entity_id: &'a str,
    message: String,
}

/// What clients compare to the letter.
fn failed(entity_id: &str, fault: Fault) -> Response {
    let (status, message) = match fault {
        Fault::PasswordIncorrect => (3, "Password incorrect".to_owned()),
        Fault::NotThisBank(bank) => (4, format!("Not {} statement", bank.map_or("this bank's", Bank::identifier))),
        Fault::BankNotDetected => (5, "Unable to detect bank. Please provide BANK NAME.".to_owned()),
        Fault::NotParsable => (6, "PDF is not parsable".to_owned()),
    };
    (StatusCode::BAD_REQUEST, Json(FailedData { status, entity_id, message })).into_response()
}

fn shown(uploaded: Uploaded, identity: bool) -> UploadedData {
    let Uploaded { entity, statement, .. } = uploaded;
    let (from, to) = statement.outcome.range();
    let fraud_type = statement.outcome.fraud_type.clone();
    UploadedData {
        bank_name: statement.bank.clone(),
        statement_id: statement.id.to_string(),
        entity_id: entity.id.to_string(),
        date_range: identity
            .then(|| DateRange { from_date: from.map(|day| day.to_string()), to_date: to.map(|day| day.to_string()) }),
        is_fraud: identity.then_some(fraud_type.is_some()),
        fraud_type: identity.then_some(fraud_type),
        identity: identity.then(|| statement.outcome.accounts.first().map(IdentityData::from)),
        status: 1,
    }
}
