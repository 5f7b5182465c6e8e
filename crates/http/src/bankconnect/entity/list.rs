use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use qist_app::bankconnect::entities::ListEntities;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::bankconnect::shape::EntityData;
use crate::error::{Bank, Failure};
use crate::extract::{BankServer, Params};
use crate::router::Api;

const PATH: &str = "/bank-connect/v1/entity/";
const ROWS: i64 = 10;

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "only described: the values are read from the query, which may hold more")]
pub struct ListEntitiesParams {
    /// From 1, which is the first.
    #[param(example = 1)]
    page: Option<i64>,
    /// Only the entity of this `link_id`, to the letter.
    #[param(example = "some_link_id")]
    link_id: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct EntityPage {
    /// How many entities match.
    count: i64,
    /// The next page; null on the last.
    next: Option<String>,
    /// The page before; null on the first.
    previous: Option<String>,
    /// At most ten, newest first.
    results: Vec<EntityData>,
}

/// List Entities
///
/// Your entities, newest first, ten a page.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(ListEntitiesParams),
    responses(
        (status = 200, description = "A page of them.", body = EntityPage),
        (status = 404, description = "There is no such page."),
    )
)]
pub async fn list_bank_entities(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    params: Params,
) -> Result<Json<EntityPage>, Bank> {
    let page = match params.optional("page") {
        None => 1,
        Some(text) => page_number(&text).ok_or_else(no_such_page)?,
    };
    let link_id = params.optional("link_id");
    let offset = (page - 1) * ROWS;
    let listed = api.app.ask(caller, ListEntities { link_id: link_id.clone(), limit: ROWS, offset }).await?;
    if page > 1 && offset >= listed.total {
        return Err(no_such_page());
    }
    let url = |page: i64| page_url(&api.app.settings.base_url, page, link_id.as_deref());
    Ok(Json(EntityPage {
        count: listed.total,
        next: (offset + ROWS < listed.total).then(|| url(page + 1)),
        previous: (page > 1).then(|| url(page - 1)),
        results: listed.rows.into_iter().map(EntityData::from).collect(),
    }))
}

fn page_number(text: &str) -> Option<i64> {
    let digits = text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|page| digits && *page >= 1)
}

fn no_such_page() -> Bank {
    Bank(Failure::new(StatusCode::NOT_FOUND, "page_not_found", "Invalid page."))
}

/// The page's full URL, with the filter.
fn page_url(base_url: &str, page: i64, link_id: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(link_id) = link_id {
        query.append_pair("link_id", link_id);
    }
    query.append_pair("page", &page.to_string());
    format!("{base_url}{PATH}?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_a_whole_number_from_1_on() {
        assert_eq!(page_number("1"), Some(1));
        assert_eq!(page_number("0012"), Some(12));
        for wrong in ["0", "-1", "+1", "1.0", "last", "", "१", "99999999999999999999"] {
            assert_eq!(page_number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_url_of_a_page_keeps_the_filter() {
        let base = "https://lend.example";
        assert_eq!(page_url(base, 2, None), "https://lend.example/bank-connect/v1/entity/?page=2");
        let filtered = page_url(base, 3, Some("a&b=c"));
        assert_eq!(filtered, "https://lend.example/bank-connect/v1/entity/?link_id=a%26b%3Dc&page=3");
    }
}
