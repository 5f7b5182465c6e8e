//! What is booked for each loan. Entries are only added.

use qist_app::error::Result;
use qist_domain::day::Instant;
use qist_domain::id::ApplicationId;
use qist_domain::ledger::{Account, Entries};
use qist_domain::money::Paise;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::rows::{Columns, Rows};
use crate::tx::StoreTx;

const BALANCES: &str = "
    SELECT loan_id, account, CAST(sum(amount_paise) AS BIGINT) FROM ledger_entries
    WHERE loan_id = ?1 GROUP BY loan_id, account ORDER BY account";

pub(crate) static COLUMNS: Columns =
    Columns::new("ledger_entries", &["loan_id", "cause_id", "account", "amount_paise", "value_day", "recorded_at"]);

pub(crate) async fn book(
    tx: &mut StoreTx<'_, '_>,
    loan: ApplicationId,
    entries: &[Entries],
    now: Instant,
) -> Result<()> {
    let mut rows = Rows::default();
    add(&mut rows, loan, entries, now);
    rows.insert(tx, &COLUMNS).await
}

pub(crate) fn add(rows: &mut Rows<'_>, loan: ApplicationId, entries: &[Entries], now: Instant) {
    for set in entries {
        for (account, amount) in set.lines() {
            rows.shown(loan).shown(set.cause()).text(account.name()).i64(amount.get());
            rows.shown(set.value_day()).i64(now.micros());
        }
    }
}

/// Account by account, those that have been booked on.
pub(crate) async fn balances(tx: &mut StoreTx<'_, '_>, loan: ApplicationId) -> Result<Vec<(Account, Paise)>> {
    tx.rows(BALANCES, params![&loan.to_string()], balance_row).await
}

fn balance_row(row: &Row<'_>) -> std::result::Result<(Account, Paise), DbError> {
    let mut cells = Cells::of("ledger_entries", row);
    cells.text("loan_id")?;
    Ok((cells.named("account", Account::from_name)?, cells.paise("amount_paise")?))
}
