use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use qist_app::ports::store::{LedgerCursor, LedgerLine};
use qist_app::servicing::ledger::ReadLedger;
use qist_domain::refusal::Refusal;

use crate::error::Own;
use crate::extract::{LenderCaller, Params};
use crate::router::Api;

const LINES_DEFAULT: i64 = 1_000;
const LINES_MAX: i64 = 10_000;
const HEAD: &str = "loan,cause,what,account,amount,value_date,recorded_at\n";

/// Export Ledger
///
/// The lines of your books as CSV, in the order of loan, cause and account; the lines of one cause sum to zero. `amount` is in
/// rupees with two decimals, positive for assets and costs. `what` is empty where the passing of a day did it. The header
/// `Next-After` names the last line where there may be more: give it as `after`.
#[utoipa::path(
    get,
    path = "/v1/lender/ledger",
    tag = "Lender",
    security(("lender_key" = [])),
    params(
        ("after" = Option<String>, Query, description = "`Next-After` of the page before."),
        ("limit" = Option<i64>, Query, description = "Lines in a page: 1 to 10000, 1000 where absent.", example = 1000),
    ),
    responses(
        (status = 200, description = "A page of lines.", body = String, content_type = "text/csv"),
        (status = 400, description = "A parameter is not valid or not known."),
    )
)]
pub async fn export_ledger(
    State(api): State<Api>,
    LenderCaller(caller): LenderCaller,
    params: Params,
) -> Result<Response, Own> {
    let params = params.only(&["after", "limit"])?;
    let after = params.optional("after").map(|text| cursor(&text)).transpose()?;
    let limit = match params.optional("limit") {
        None => LINES_DEFAULT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=LINES_MAX).contains(limit))
            .ok_or_else(|| Refusal::invalid("limit", format!("must be a whole number from 1 to {LINES_MAX}")))?,
    };
    let lines = api.app.ask(caller, ReadLedger { after, limit }).await?;
    let full = i64::try_from(lines.len()).is_ok_and(|count| count == limit);
    let next = lines.last().filter(|_| full).map(|last| format!("{}:{}:{}", last.loan, last.cause, last.account));
    let body: String = std::iter::once(HEAD.to_owned()).chain(lines.iter().map(line)).collect();
    let mut response = ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], body).into_response();
    if let Some(next) = next.and_then(|next| next.parse().ok()) {
        response.headers_mut().insert("next-after", next);
    }
    Ok(response)
}

fn cursor(text: &str) -> Result<LedgerCursor, Refusal> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [loan, cause, account] => Ok(((*loan).to_owned(), (*cause).to_owned(), (*account).to_owned())),
        _ => Err(Refusal::invalid("after", "must be the Next-After of another page")),
    }
}

/// No cell needs quoting: ids, names and numbers of ours have neither commas nor quotes.
fn line(line: &LedgerLine) -> String {
    let LedgerLine { loan, cause, what, account, amount, value_day, recorded_at } = line;
    let (amount, recorded_at) = (amount.with_paise(), recorded_at.rfc3339());
    format!("{loan},{cause},{what},{account},{amount},{value_day},{recorded_at}\n")
}
