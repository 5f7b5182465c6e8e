use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use qist_domain::money::Paise;
use qist_statement::analysis::{Figure, Monthly};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::bankconnect::report::{ProgressData, progress_of};
use crate::bankconnect::shape::EntityPath;
use crate::error::Bank;
use crate::extract::BankServer;
use crate::router::Api;
use crate::shape::Rupees;

/// Months in their order, each with its figure.
pub struct Months(Vec<(String, Figure)>);

impl Serialize for Months {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(month, figure)| (month, number(*figure))))
    }
}

/// A figure as a JSON number: hundredths of percent are written as hundredths of rupees are.
fn number(figure: Figure) -> Rupees {
    match figure {
        Figure::Amount(amount) => Rupees(amount),
        Figure::Count(count) => Rupees(Paise::new(i64::from(count) * 100)),
        Figure::Percent(hundredths) => Rupees(Paise::new(i64::from(hundredths))),
    }
}

#[derive(Serialize, ToSchema)]
pub struct MonthlyAnalysis {
    entity_id: String,
    progress: Vec<ProgressData>,
    /// Field by field an object of months such as `Oct-2018`, each with its number.
    #[schema(value_type = Object, example = json!({ "cnt_credit": { "Oct-2018": 4 }, "amt_credit": { "Oct-2018": 51500.5 } }))]
    monthly_analysis: BTreeMap<String, Months>,
}

fn fields_of(monthly: &Monthly) -> BTreeMap<String, Months> {
    let named = |figures: &[Figure]| {
        Months(monthly.months.iter().map(|month| month.named()).zip(figures.iter().copied()).collect())
    };
    monthly.fields.iter().map(|(name, figures)| (name.clone(), named(figures))).collect()
}

/// Monthly Analysis
///
/// 66 figures of every month, over all accounts of the entity.
#[utoipa::path(
    get,
    path = "/bank-connect/v1/entity/{entity_id}/monthly_analysis/",
    tag = "BankConnect",
    security(("bank_key" = [], "server_hash" = [])),
    params(("entity_id" = String, Path, description = "The entity.")),
    responses(
        (status = 200, description = "The figures.", body = MonthlyAnalysis),
        (status = 404, description = "You have no such entity."),
    )
)]
pub async fn bank_monthly_analysis(
    State(api): State<Api>,
    BankServer(caller): BankServer,
    EntityPath(id): EntityPath,
) -> Result<Json<MonthlyAnalysis>, Bank> {
    let report = api.app.bank_report(caller, id).await?;
    Ok(Json(MonthlyAnalysis {
        entity_id: report.entity.id.to_string(),
        progress: progress_of(&report),
        monthly_analysis: fields_of(&report.analysis.monthly),
    }))
}

#[cfg(test)]
mod tests {
    use qist_statement::analysis::Month;

    use super::*;

    #[test]
    fn figures_are_plain_numbers_under_their_months_in_order() {
        let months = vec![Month { year: 2018, month: 12 }, Month { year: 2019, month: 1 }];
        let figures = vec![Figure::Count(3), Figure::Count(0)];
        let percent = vec![Figure::Percent(4250), Figure::Amount(Paise::new(-150))];
        let fields = [("cnt_credit".to_owned(), figures), ("net_cash_inflow".to_owned(), percent)].into();
        let shown = serde_json::to_string(&fields_of(&Monthly { months, fields })).unwrap();
        let expected =
            r#"{"cnt_credit":{"Dec-2018":3,"Jan-2019":0},"net_cash_inflow":{"Dec-2018":42.5,"Jan-2019":-1.5}}"#;
        assert_eq!(shown, expected);
    }
}
