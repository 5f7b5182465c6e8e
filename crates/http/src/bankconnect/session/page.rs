//! The page itself. It asks no other origin for anything, and its only script tells a frame's owner how it ended.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use qist_app::bankconnect::upload::{Fault, Uploaded};
use qist_app::error::Error;
use qist_domain::bank::Session;
use qist_statement::{BANKS, Bank};

use crate::bankconnect::statement::upload::FILE_BODY_BYTES_MAX;
use crate::error::Failure;
use crate::extract::{FormBody, FormRefusal, Params};
use crate::router::Api;

pub const PATH: &str = "/bank-connect/session/";

/// It may stand in anybody's frame: that is what it is for.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'self' https: http:";
const CSS: &str = include_str!("../../../assets/bank/page.css");
const SCRIPT: &str = include_str!("../../../assets/bank/tell.js");

#[derive(Template)]
#[template(path = "bank/upload.html")]
struct UploadPage<'a> {
    session_id: &'a str,
    from: String,
    to: String,
    /// Where the bank is not given: those to choose from.
    banks: &'a [Bank],
    bank: Option<&'static str>,
    error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "bank/end.html")]
struct EndPage<'a> {
    title: &'a str,
    text: &'a str,
    /// What a frame's owner is told; empty where there is nothing to tell.
    status: &'a str,
    entity_id: &'a str,
    link_id: &'a str,
    reason: &'a str,
}

pub fn routes() -> Router<Api> {
    let css = (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"));
    let script = (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8"));
    Router::new()
        .route(PATH, get(show).post(upload))
        .layer(DefaultBodyLimit::max(FILE_BODY_BYTES_MAX))
        .route("/bank-connect/session/exit/", post(leave))
        .route("/bank-connect/session/page.css", get(async move || ([css], CSS)))
        .route("/bank-connect/session/tell.js", get(async move || ([script], SCRIPT)))
}

async fn show(State(api): State<Api>, params: Params) -> Response {
    let id = params.optional("session_id").unwrap_or_default();
    match api.app.bank_session(&id).await {
        Ok(session) => upload_page(StatusCode::OK, &id, &session, None),
        Err(error) => gone(error),
    }
}

async fn upload(State(api): State<Api>, form: Result<FormBody, FormRefusal>) -> Response {
    let mut form = match form {
        Ok(FormBody(form)) => form,
        Err(refusal) => return broken(refusal.failure()),
    };
    let id = form.optional("session_id").unwrap_or_default();
    let session = match api.app.bank_session(&id).await {
        Ok(session) => session,
        Err(error) => return gone(error),
    };
    let bank = form.optional("bank_name").and_then(|name| Bank::identified(&name));
    let file = form.file("file").filter(|bytes| !bytes.is_empty());
    let Some(bytes) = file else {
        return upload_page(StatusCode::BAD_REQUEST, &id, &session, Some("Choose the file of your statement first."));
    };
    let password = form.verbatim("pdf_password");
    match api.app.upload_to_bank_session(&id, bytes, bank, password).await {
        Ok((session, Uploaded { fault: Some(fault), .. })) => {
            upload_page(StatusCode::BAD_REQUEST, &id, &session, Some(told(fault)))
        }
        Ok((session, uploaded)) => succeeded(&session, &uploaded.entity.id.to_string()),
        Err(Error::Refused(refusal)) => upload_page(StatusCode::BAD_REQUEST, &id, &session, Some(&refusal.message)),
        Err(error) => broken(error.into()),
    }
}

async fn leave(State(api): State<Api>, FormBody(mut form): FormBody) -> Response {
    let id = form.optional("session_id").unwrap_or_default();
    let session = match api.app.leave_bank_session(&id).await {
        Ok(session) => session,
        Err(error) => return gone(error),
    };
    if let Some(url) = &session.redirect_url {
        return redirect(url, &[("success", "false")]);
    }
    let end = EndPage {
        title: "You have left",
        text: "Nothing was uploaded. You can close this page.",
        status: "exit",
        entity_id: "",
        link_id: &session.link_id,
        reason: "",
    };
    page(StatusCode::OK, &end)
}

/// In words for whoever stands before the page.
fn told(fault: Fault) -> &'static str {
    match fault {
        Fault::PasswordIncorrect => "The password does not open this file.",
        Fault::NotThisBank(_) => "This is not a statement of the bank that was chosen.",
        Fault::BankNotDetected => "The bank of this statement was not recognised. Please choose it.",
        Fault::NotParsable => "This file cannot be read as a statement. Please upload the PDF as your bank sent it.",
    }
}

fn succeeded(session: &Session, entity_id: &str) -> Response {
    if let Some(url) = &session.redirect_url {
        return redirect(url, &[("success", "true"), ("entity_id", entity_id)]);
    }
    let end = EndPage {
        title: "Thank you",
        text: "Your statement has arrived. You can close this page.",
        status: "success",
        entity_id,
        link_id: &session.link_id,
        reason: "",
    };
    page(StatusCode::OK, &end)
}

fn upload_page(status: StatusCode, id: &str, session: &Session, error: Option<&str>) -> Response {
    let bank = session.bank.as_deref().and_then(Bank::identified).map(Bank::name);
    let banks = if bank.is_some() { &[] } else { BANKS };
    let (from, to) = (session.from.long_text(), session.to.long_text());
    page(status, &UploadPage { session_id: id, from, to, banks, bank, error })
}

/// A page that is unknown, used or too old.
fn gone(error: Error) -> Response {
    if error.code().is_none() {
        return broken(error.into());
    }
    let end = EndPage {
        title: "This page can no longer be used",
        text: "It was used already, or is too old. Please go back to where you came from and begin again.",
        status: "",
        entity_id: "",
        link_id: "",
        reason: "",
    };
    page(StatusCode::NOT_FOUND, &end)
}

fn broken(failure: Failure) -> Response {
    let text = match failure.status {
        StatusCode::PAYLOAD_TOO_LARGE => "The file is larger than 20 MB.",
        _ => "Something went wrong. Please go back and try again.",
    };
    let end = EndPage { title: "That did not work", text, status: "", entity_id: "", link_id: "", reason: "" };
    page(failure.status, &end)
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => return Failure::from(Error::internal(error)).detail(),
    };
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// Back to where somebody came from, with how it ended.
fn redirect(url: &str, ended: &[(&str, &str)]) -> Response {
    let (before, fragment) = url.split_once('#').map_or((url, None), |(before, fragment)| (before, Some(fragment)));
    let separator = if before.contains('?') { '&' } else { '?' };
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(ended).finish();
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    let location = HeaderValue::from_str(&format!("{before}{separator}{query}{fragment}"));
    match location {
        Ok(location) => {
            let headers =
                [(header::LOCATION, location), (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(error) => Failure::from(Error::internal(error)).detail(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_keeps_its_own_query_and_fragment() {
        let to =
            |url: &str| redirect(url, &[("success", "false")]).headers()[header::LOCATION].to_str().unwrap().to_owned();
        assert_eq!(to("https://you.example/back"), "https://you.example/back?success=false");
        assert_eq!(to("https://you.example/?a=1#top"), "https://you.example/?a=1&success=false#top");
    }

    #[test]
    fn what_somebody_else_wrote_is_text_in_the_page() {
        let end = EndPage {
            title: "<b>",
            text: "\"",
            status: "exit",
            entity_id: "",
            link_id: "\"><script>alert(1)</script>",
            reason: "",
        };
        let html = end.render().unwrap();
        assert!(!html.contains("<b>") && !html.contains("<script>alert"), "{html}");
    }
}
