//! References from outside, each of which stands for one movement of money for ever.

use qist_app::error::Result;
use qist_app::ports::store::Reference;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const FIND: &str = "
    SELECT scope, reference, loan_id, fact_id, digest FROM money_references
    WHERE scope = ?1 AND reference = ?2";
const CLAIM: &str = "
    INSERT INTO money_references (scope, reference, loan_id, fact_id, digest) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (scope, reference) DO NOTHING";

pub(crate) async fn find(tx: &mut StoreTx<'_, '_>, scope: &str, reference: &str) -> Result<Option<Reference>> {
    tx.row(FIND, params![scope, reference], reference_row).await
}

pub(crate) async fn claim(tx: &mut StoreTx<'_, '_>, reference: &Reference) -> Result<bool> {
    let (loan, fact) = (reference.loan.to_string(), reference.fact.to_string());
    let row = params![&reference.scope, &reference.reference, &loan, &fact, &reference.digest];
    Ok(tx.change(CLAIM, row).await? == 1)
}

fn reference_row(row: &Row<'_>) -> std::result::Result<Reference, DbError> {
    let mut cells = Cells::of("money_references", row);
    Ok(Reference {
        scope: cells.text("scope")?,
        reference: cells.text("reference")?,
        loan: cells.parsed("loan_id")?,
        fact: cells.parsed("fact_id")?,
        digest: cells.text("digest")?,
    })
}
