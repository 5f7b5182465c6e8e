//! List Users.

use qist_app::error::Result;
use qist_app::ports::store::{Listed, UserFilter, UserRow};
use qist_domain::id::SourcingEntityId;
use qist_domain::user::UserStatus;

use crate::cells::Cells;
use crate::db::DbError;
use crate::listing::{Filter, List, page};
use crate::tx::StoreTx;

const OF_TENANT: List = List {
    table: "users",
    search: "user_search",
    owner: "tenant_id",
    columns: "t.id, t.name, t.mobile, t.created_at, t.status, t.customer_id",
    counted: crate::users::LIST,
};

pub(crate) async fn list(
    tx: &mut StoreTx<'_, '_>,
    tenant: SourcingEntityId,
    filter: &UserFilter,
) -> Result<Listed<UserRow>> {
    let filter = Filter {
        owner: tenant.to_string(),
        from: filter.from,
        until: filter.until,
        customer_id: filter.customer_id.as_deref(),
        mobile: filter.mobile.as_deref(),
        status: filter.status.map(UserStatus::name),
        limit: filter.limit,
        offset: filter.offset,
    };
    page(tx, &OF_TENANT, &filter, shown).await
}

fn shown(cells: &mut Cells<'_, '_>) -> std::result::Result<UserRow, DbError> {
    cells.text("id")?;
    Ok(UserRow {
        name: cells.get("name")?,
        mobile: cells.text("mobile")?,
        created_at: cells.instant("created_at")?,
        status: cells.named("status", UserStatus::from_name)?,
        customer_id: cells.text("customer_id")?,
    })
}
