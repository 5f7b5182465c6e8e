//! The instalments of a loan as its facts leave them: a projection, kept for reading.

use qist_app::error::{Error, Result};
use qist_domain::id::LoanId;
use qist_domain::loan::{InstallmentPosition, Loan, Position};
use qist_domain::money::Paise;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::rows::{Columns, Rows};
use crate::tx::StoreTx;

const STORED: &str = "
    SELECT loan_id, num, due_day, principal_paise, interest_paise, charge_paise, paid_principal_paise,
        paid_interest_paise, paid_charge_paise, paid_day
    FROM loan_installments WHERE loan_id = ?1 ORDER BY num";
const UPDATE: &str = "
    UPDATE loan_installments SET charge_paise = ?3, paid_principal_paise = ?4, paid_interest_paise = ?5,
        paid_charge_paise = ?6, paid_day = ?7, due_day = ?8, principal_paise = ?9, interest_paise = ?10
    WHERE loan_id = ?1 AND num = ?2";
const DELETE_FROM: &str = "DELETE FROM loan_installments WHERE loan_id = ?1 AND num >= ?2";

pub(crate) static COLUMNS: Columns = Columns::new(
    "loan_installments",
    &[
        "loan_id",
        "num",
        "id",
        "due_day",
        "principal_paise",
        "interest_paise",
        "charge_paise",
        "paid_principal_paise",
        "paid_interest_paise",
        "paid_charge_paise",
        "paid_day",
    ],
);

/// An instalment as it is stored.
#[derive(PartialEq, Eq)]
struct State {
    num: u32,
    due_day: String,
    principal: Paise,
    interest: Paise,
    charge: Paise,
    paid_principal: Paise,
    paid_interest: Paise,
    paid_charge: Paise,
    paid_day: Option<String>,
}

impl State {
    fn of(installment: &InstallmentPosition) -> State {
        State {
            num: installment.row.num,
            due_day: installment.row.due_day.to_string(),
            principal: installment.row.principal,
            interest: installment.row.interest,
            charge: installment.charge,
            paid_principal: installment.paid_principal,
            paid_interest: installment.paid_interest,
            paid_charge: installment.paid_charge,
            paid_day: installment.paid_day.map(|day| day.to_string()),
        }
    }
}

pub(crate) fn add(rows: &mut Rows<'_>, loan: &Loan, position: &Position) -> Result<()> {
    position.installments.iter().try_for_each(|installment| add_one(rows, loan, installment))
}

fn add_one(rows: &mut Rows<'_>, loan: &Loan, installment: &InstallmentPosition) -> Result<()> {
    let state = State::of(installment);
    let id = loan.installment_id(state.num);
    let id = id.ok_or_else(|| Error::internal(format!("loan {}: instalment {} has no id", loan.id, state.num)))?;
    rows.shown(loan.id).i64(state.num.into()).shown(id).text(state.due_day);
    rows.i64(state.principal.get()).i64(state.interest.get()).i64(state.charge.get());
    rows.i64(state.paid_principal.get()).i64(state.paid_interest.get()).i64(state.paid_charge.get());
    rows.text_opt(state.paid_day);
    Ok(())
}

/// Writes the instalments that are not stored as they stand; those that the loan no longer has are gone.
pub(crate) async fn update(tx: &mut StoreTx<'_, '_>, loan: &Loan, position: &Position) -> Result<()> {
    let loan_id = loan.id.to_string();
    let stored = tx.rows(STORED, params![&loan_id], state_row).await?;
    let states: Vec<State> = position.installments.iter().map(State::of).collect();
    if let Some(gone) = stored.iter().find(|stored| !states.iter().any(|state| state.num == stored.num)) {
        tx.change(DELETE_FROM, params![&loan_id, i64::from(gone.num)]).await?;
    }
    let mut added = Rows::default();
    for (state, one) in states.into_iter().zip(&position.installments) {
        match stored.iter().find(|stored| stored.num == state.num) {
            Some(stored) if *stored == state => {}
            Some(_) => write(tx, &loan_id, &state).await?,
            None => add_one(&mut added, loan, one)?,
        }
    }
    added.insert(tx, &COLUMNS).await
}

async fn write(tx: &mut StoreTx<'_, '_>, loan_id: &str, state: &State) -> Result<()> {
    let row = params![
        loan_id,
        i64::from(state.num),
        state.charge.get(),
        state.paid_principal.get(),
        state.paid_interest.get(),
        state.paid_charge.get(),
        &state.paid_day,
        &state.due_day,
        state.principal.get(),
        state.interest.get(),
    ];
    tx.change_one(UPDATE, row).await
}

/// Number, what has been received, whether it is paid.
pub(crate) async fn stored(tx: &mut StoreTx<'_, '_>, loan: LoanId) -> Result<Vec<(u32, Paise, bool)>> {
    let states = tx.rows(STORED, params![&loan.to_string()], state_row).await?;
    let received = |state: &State| [state.paid_charge, state.paid_interest, state.paid_principal].into_iter().sum();
    Ok(states.iter().map(|state| (state.num, received(state), state.paid_day.is_some())).collect())
}

fn state_row(row: &Row<'_>) -> std::result::Result<State, DbError> {
    let mut cells = Cells::of("loan_installments", row);
    cells.text("loan_id")?;
    Ok(State {
        num: cells.u32("num")?,
        due_day: cells.text("due_day")?,
        principal: cells.paise("principal_paise")?,
        interest: cells.paise("interest_paise")?,
        charge: cells.paise("charge_paise")?,
        paid_principal: cells.paise("paid_principal_paise")?,
        paid_interest: cells.paise("paid_interest_paise")?,
        paid_charge: cells.paise("paid_charge_paise")?,
        paid_day: cells.get("paid_day")?,
    })
}
