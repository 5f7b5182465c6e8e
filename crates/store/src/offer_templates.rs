//! How lenders make their offers.

use qist_app::error::Result;
use qist_domain::id::{LenderId, OfferTemplateId};
use qist_domain::programme::OfferTemplate;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};

const LIST: &str = "
    SELECT id, lender_id, programme_id, name, active, amount_min_paise, amount_max_paise, tenure, terms, line, version
    FROM offer_templates WHERE lender_id = ?1 ORDER BY id";
const FIND: &str = "
    SELECT id, lender_id, programme_id, name, active, amount_min_paise, amount_max_paise, tenure, terms, line, version
    FROM offer_templates WHERE lender_id = ?1 AND id = ?2";
const INSERT: &str = "
    INSERT INTO offer_templates (lender_id, id, programme_id, name, active, amount_min_paise, amount_max_paise,
        tenure, terms, version, line)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING";
const REPLACE: &str = "
    UPDATE offer_templates SET programme_id = ?3, name = ?4, active = ?5, amount_min_paise = ?6,
        amount_max_paise = ?7, tenure = ?8, terms = ?9, version = ?10, line = ?11
    WHERE lender_id = ?1 AND id = ?2 AND version + 1 = ?10";

pub(crate) async fn list(tx: &mut StoreTx<'_, '_>, lender: LenderId) -> Result<Vec<OfferTemplate>> {
    tx.rows(LIST, params![&lender.to_string()], template_row).await
}

pub(crate) async fn find(
    tx: &mut StoreTx<'_, '_>,
    lender: LenderId,
    id: OfferTemplateId,
) -> Result<Option<OfferTemplate>> {
    tx.row(FIND, params![&lender.to_string(), &id.to_string()], template_row).await
}

pub(crate) async fn save(tx: &mut StoreTx<'_, '_>, template: &OfferTemplate) -> Result<()> {
    let (lender, id) = (template.lender.to_string(), template.id.to_string());
    let (programme, terms) = (template.programme.to_string(), serde_json::to_string(&template.terms)?);
    let line = template.line.as_ref().map(serde_json::to_string).transpose()?;
    let row = params![
        &lender,
        &id,
        &programme,
        &template.name,
        template.active,
        template.amount_min.get(),
        template.amount_max.get(),
        i64::from(template.tenure),
        &terms,
        template.version,
        &line,
    ];
    let sql = if template.version == 1 { INSERT } else { REPLACE };
    if tx.change(sql, row).await? == 1 { Ok(()) } else { Err(conflict()) }
}

fn template_row(row: &Row<'_>) -> std::result::Result<OfferTemplate, DbError> {
    let mut cells = Cells::of("offer_templates", row);
    Ok(OfferTemplate {
        id: cells.parsed("id")?,
        lender: cells.parsed("lender_id")?,
        programme: cells.parsed("programme_id")?,
        name: cells.text("name")?,
        active: cells.get("active")?,
        amount_min: cells.paise("amount_min_paise")?,
        amount_max: cells.paise("amount_max_paise")?,
        tenure: cells.u32("tenure")?,
        terms: cells.json("terms")?,
        line: cells.json_opt("line")?,
        version: cells.get("version")?,
    })
}
