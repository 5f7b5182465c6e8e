use axum::Json;
use axum::extract::State;
use qist_app::error::Error;
use qist_domain::bank::NewSession;
use qist_domain::day::Day;
use qist_domain::refusal::Refusal;
use qist_statement::Bank as StatementBank;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::page::PATH;
use crate::error::Bank;
use crate::extract::{Form, FormBody, FormRefusal};
use crate::router::Api;

#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "only described: forms are read field by field")]
pub struct SessionForm {
    /// Your key of BankConnect: here it stands in the body, and no header is needed.
    #[schema(example = "dev-acme-bankconnect-key")]
    api_key: String,
    #[schema(example = "some_link_id")]
    link_id: String,
    /// Where the page sends somebody back to. Without it the page stands in a frame of yours, and tells yours.
    #[schema(example = "https://you.example/back")]
    redirect_url: Option<String>,
    /// `dd/MM/YYYY`. Without it, six months before `to_date`.
    #[schema(example = "01/10/2018")]
    from_date: Option<String>,
    /// `dd/MM/YYYY`, at most yesterday, which it is without.
    #[schema(example = "31/03/2019")]
    to_date: Option<String>,
    /// Only statements of this bank are taken.
    #[schema(example = "axis")]
    bank_name: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct OpenedSession {
    /// The page, which can be used for twelve hours.
    #[schema(example = "https://lend.example/bank-connect/session/?session_id=9b2c8a56-3c1d-4f0e-8f4b-6a0d5f8f2f10")]
    redirect_url: String,
}

/// Open Session
///
/// Opens a page where somebody uploads a statement.
#[utoipa::path(
    post,
    path = "/bank-connect/v1/session/",
    tag = "BankConnect",
    request_body(content = SessionForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The page.", body = OpenedSession),
        (status = 400, description = "A field is missing or not valid: what is wrong stands under its name."),
        (status = 401, description = "`api_key` is missing or wrong."),
    )
)]
pub async fn open_bank_session(
    State(api): State<Api>,
    form: Result<FormBody, FormRefusal>,
) -> Result<Json<OpenedSession>, Bank> {
    let mut form = match form {
        Ok(FormBody(form)) => form,
        // The key stands in the form: where there is none, nobody has come in.
        Err(FormRefusal::NoForm) => return Err(Error::Unauthenticated.into()),
        Err(FormRefusal::Unreadable(failure)) => return Err(failure.into()),
    };
    let key = form.optional("api_key").filter(|key| key.len() <= 200).ok_or(Error::Unauthenticated)?;
    let caller = api.app.bank_client(&key).await?;
    let new = NewSession {
        link_id: qist_domain::format::clean_text(&form.required("link_id")?, qist_domain::bank::LINK_ID_CHARS_MAX)
            .map_err(|why| Refusal::invalid("link_id", why))?,
        redirect_url: form.optional("redirect_url"),
        from: day(&mut form, "from_date")?,
        to: day(&mut form, "to_date")?,
        bank: bank(&mut form)?,
    };
    let id = api.app.open_bank_session(caller, new).await?;
    Ok(Json(OpenedSession { redirect_url: format!("{}{PATH}?session_id={id}", api.app.settings.base_url) }))
}

/// `dd/MM/YYYY`.
fn day(form: &mut Form, name: &str) -> Result<Option<Day>, Refusal> {
    let Some(text) = form.optional(name) else { return Ok(None) };
    let parts: Vec<&str> = text.split('/').collect();
    let read = match parts[..] {
        [day, month, year] if (day.len(), month.len(), year.len()) == (2, 2, 4) => {
            format!("{year}-{month}-{day}").parse().ok()
        }
        _ => None,
    };
    read.map(Some).ok_or_else(|| Refusal::invalid(name, "Must be a day written dd/MM/YYYY."))
}

fn bank(form: &mut Form) -> Result<Option<String>, Refusal> {
    let Some(text) = form.optional("bank_name") else { return Ok(None) };
    let bank = StatementBank::identified(&text.to_ascii_lowercase());
    let bank = bank.ok_or_else(|| Refusal::invalid("bank_name", format!("\"{text}\" is not a valid choice.")))?;
    Ok(Some(bank.identifier().to_owned()))
}
