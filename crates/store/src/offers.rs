//! What lenders offered on applications. An offer never changes.

use qist_app::error::Result;
use qist_domain::application::Offer;
use qist_domain::id::ApplicationId;

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::{StoreTx, conflict};

/// Each takes the place after those that are there.
const INSERT: &str = "
    INSERT INTO offers (id, application_id, position, lender_id, template_id, template_version, quote, created_at,
        valid_until)
    VALUES (?1, ?2, (SELECT count(*) FROM offers WHERE application_id = ?2), ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (application_id, position) DO NOTHING";
const OF: &str = "
    SELECT id, application_id, lender_id, template_id, template_version, quote, created_at, valid_until FROM offers
    WHERE application_id = ?1 ORDER BY position";

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, offers: &[Offer]) -> Result<()> {
    for offer in offers {
        let (id, application) = (offer.id.to_string(), offer.application.to_string());
        let (lender, template) = (offer.lender.to_string(), offer.template.to_string());
        let quote = serde_json::to_string(&offer.quote)?;
        let row = params![
            &id,
            &application,
            &lender,
            &template,
            offer.template_version,
            &quote,
            offer.created_at.micros(),
            offer.valid_until.micros(),
        ];
        if tx.change(INSERT, row).await? == 0 {
            return Err(conflict());
        }
    }
    Ok(())
}

pub(crate) async fn of(tx: &mut StoreTx<'_, '_>, application: ApplicationId) -> Result<Vec<Offer>> {
    tx.rows(OF, params![&application.to_string()], offer_row).await
}

fn offer_row(row: &Row<'_>) -> std::result::Result<Offer, DbError> {
    let mut cells = Cells::of("offers", row);
    Ok(Offer {
        id: cells.parsed("id")?,
        application: cells.parsed("application_id")?,
        lender: cells.parsed("lender_id")?,
        template: cells.parsed("template_id")?,
        template_version: cells.get("template_version")?,
        quote: cells.json("quote")?,
        created_at: cells.instant("created_at")?,
        valid_until: cells.instant("valid_until")?,
    })
}
