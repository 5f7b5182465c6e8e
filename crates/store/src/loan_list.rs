//! List Loans, for a sourcing entity or for a lender.

use qist_app::error::Result;
use qist_app::ports::store::{Listed, LoanFilter, LoanRow};
use qist_domain::application::LoanStatus;

use crate::cells::Cells;
use crate::db::DbError;
use crate::listing::{Filter, List, page};
use crate::tx::StoreTx;

pub(crate) const OF_TENANT: List = List {
    table: "applications",
    search: "application_search",
    owner: "tenant_id",
    columns: "t.id, t.number, t.created_at, t.status, t.customer_id, t.amount_paise",
    counted: crate::applications::LIST,
};

pub(crate) const OF_LENDER: List = List { owner: "lender_id", ..OF_TENANT };

pub(crate) async fn list(
    tx: &mut StoreTx<'_, '_>,
    list: &List,
    owner: String,
    filter: &LoanFilter,
) -> Result<Listed<LoanRow>> {
    let filter = Filter {
        owner,
        from: filter.from,
        until: filter.until,
        customer_id: filter.customer_id.as_deref(),
        mobile: filter.mobile.as_deref(),
        status: filter.status.map(LoanStatus::name),
        limit: filter.limit,
        offset: filter.offset,
    };
    page(tx, list, &filter, shown).await
}

fn shown(cells: &mut Cells<'_, '_>) -> std::result::Result<LoanRow, DbError> {
    Ok(LoanRow {
        id: cells.parsed("id")?,
        number: cells.text("number")?,
        created_at: cells.instant("created_at")?,
        status: cells.named("status", LoanStatus::from_name)?,
        customer_id: cells.text("customer_id")?,
        amount_paise: cells.get("amount_paise")?,
    })
}
