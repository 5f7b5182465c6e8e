//! What is booked for each loan. Entries are only added.

use qist_app::error::Result;
use qist_app::ports::store::{LedgerCursor, LedgerLine};
use qist_domain::day::Instant;
use qist_domain::id::{LenderId, LoanId};
use qist_domain::ledger::{Account, Entries};
use qist_domain::loan::FactKind;
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

pub(crate) async fn book(tx: &mut StoreTx<'_, '_>, loan: LoanId, entries: &[Entries], now: Instant) -> Result<()> {
    let mut rows = Rows::default();
    add(&mut rows, loan, entries, now);
    rows.insert(tx, &COLUMNS).await
}

pub(crate) fn add(rows: &mut Rows<'_>, loan: LoanId, entries: &[Entries], now: Instant) {
    for set in entries {
        for (account, amount) in set.lines() {
            rows.shown(loan).shown(set.cause()).text(account.name()).i64(amount.get());
            rows.shown(set.value_day()).i64(now.micros());
        }
    }
}

/// Account by account, those that have been booked on.
pub(crate) async fn balances(tx: &mut StoreTx<'_, '_>, loan: LoanId) -> Result<Vec<(Account, Paise)>> {
    tx.rows(BALANCES, params![&loan.to_string()], balance_row).await
}

fn balance_row(row: &Row<'_>) -> std::result::Result<(Account, Paise), DbError> {
    let mut cells = Cells::of("ledger_entries", row);
    cells.text("loan_id")?;
    Ok((cells.named("account", Account::from_name)?, cells.paise("amount_paise")?))
}

const TRIAL_BALANCE: &str = "
    SELECT e.account, CAST(sum(e.amount_paise) AS BIGINT) FROM ledger_entries e JOIN loans l ON l.id = e.loan_id
    WHERE l.lender_id = ?1 GROUP BY e.account ORDER BY e.account";
const LINES: &str = "
    SELECT e.loan_id, e.cause_id, f.kind, e.account, e.amount_paise, e.value_day, e.recorded_at
    FROM ledger_entries e JOIN loans l ON l.id = e.loan_id LEFT JOIN loan_facts f ON f.id = e.cause_id
    WHERE l.lender_id = ?1 AND (e.loan_id, e.cause_id, e.account) > (?2, ?3, ?4)
    ORDER BY e.loan_id, e.cause_id, e.account LIMIT ?5";

/// The balance of each account of a lender, over all its loans.
pub(crate) async fn trial_balance(tx: &mut StoreTx<'_, '_>, lender: LenderId) -> Result<Vec<(String, Paise)>> {
    tx.rows(TRIAL_BALANCE, params![&lender.to_string()], |row| {
        let mut cells = Cells::of("ledger_entries", row);
        Ok((cells.text("account")?, cells.paise("amount_paise")?))
    })
    .await
}

pub(crate) async fn lines(
    tx: &mut StoreTx<'_, '_>,
    lender: LenderId,
    after: Option<&LedgerCursor>,
    limit: i64,
) -> Result<Vec<LedgerLine>> {
    let nothing = LedgerCursor::default();
    let (loan, cause, account) = after.unwrap_or(&nothing);
    tx.rows(LINES, params![&lender.to_string(), loan, cause, account, limit], line_row).await
}

fn line_row(row: &Row<'_>) -> std::result::Result<LedgerLine, DbError> {
    let mut cells = Cells::of("ledger_entries", row);
    let loan = cells.parsed("loan_id")?;
    let cause = cells.text("cause_id")?;
    let kind: Option<String> = cells.get("kind")?;
    let what = kind.and_then(|kind| serde_json::from_str::<FactKind>(&kind).ok());
    Ok(LedgerLine {
        loan,
        cause,
        what: what.map(|kind| kind.name().to_owned()).unwrap_or_default(),
        account: cells.text("account")?,
        amount: cells.paise("amount_paise")?,
        value_day: cells.day("value_day")?,
        recorded_at: cells.instant("recorded_at")?,
    })
}
