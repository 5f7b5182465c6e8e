//! What lenders offered on applications, with the statement that says so. An offer never changes.

use qist_app::error::Result;
use qist_domain::application::Offer;
use qist_domain::id::{ApplicationId, OfferId};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::key_facts;
use crate::params;
use crate::tx::{StoreTx, conflict};

/// Each takes the place after those that are there.
const INSERT: &str = "
    INSERT INTO offers (id, application_id, position, lender_id, template_id, template_version, line, created_at, valid_until)
    VALUES (?1, ?2, (SELECT count(*) FROM offers WHERE application_id = ?2 AND drawdown IS NULL), ?3, ?4, ?5, ?6, ?7, ?8)
    ON CONFLICT (application_id, position) DO NOTHING";
/// Those of drawdowns stand behind the others.
const FIRST_OF_DRAWDOWNS: i64 = 1_000_000;
const INSERT_DRAWDOWN: &str = "
    INSERT INTO offers (id, application_id, position, lender_id, template_id, template_version, drawdown, created_at,
        valid_until)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (application_id, position) DO NOTHING";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT o.id, o.application_id, o.lender_id, o.template_id, o.template_version, o.line, o.drawdown, o.created_at,
                k.document, k.sha256, r.language, r.read_at, r.ip
            FROM offers o
            JOIN key_facts k ON k.offer_id = o.id AND k.version = 1
            LEFT JOIN key_facts_readings r ON r.proposal_number = k.proposal_number AND r.version = k.version ",
            $rest
        )
    };
}

const OF: &str = select!("WHERE o.application_id = ?1 AND o.drawdown IS NULL ORDER BY o.position");
const DRAWDOWN: &str = select!("WHERE o.id = ?1 AND o.drawdown IS NOT NULL");
const DRAWDOWN_BY_PROPOSAL: &str = select!("WHERE k.proposal_number = ?1 AND o.drawdown IS NOT NULL");

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, offers: &[Offer]) -> Result<()> {
    for offer in offers {
        let (id, application) = (offer.id.to_string(), offer.application.to_string());
        let (lender, template) = (offer.lender.to_string(), offer.template.to_string());
        let line = offer.line.as_ref().map(serde_json::to_string).transpose()?;
        let row = params![
            &id,
            &application,
            &lender,
            &template,
            offer.template_version,
            &line,
            offer.created_at.micros(),
            offer.valid_until().micros(),
        ];
        if tx.change(INSERT, row).await? == 0 {
            return Err(conflict());
        }
        key_facts::insert(tx, offer.id, &offer.statement).await?;
    }
    Ok(())
}

pub(crate) async fn of(tx: &mut StoreTx<'_, '_>, application: ApplicationId) -> Result<Vec<Offer>> {
    tx.rows(OF, params![&application.to_string()], offer_row).await
}

pub(crate) async fn insert_drawdown(tx: &mut StoreTx<'_, '_>, offer: &Offer, number: u32) -> Result<()> {
    let (id, application) = (offer.id.to_string(), offer.application.to_string());
    let (lender, template) = (offer.lender.to_string(), offer.template.to_string());
    let drawdown = serde_json::to_string(&offer.drawdown)?;
    let row = params![
        &id,
        &application,
        FIRST_OF_DRAWDOWNS + i64::from(number),
        &lender,
        &template,
        offer.template_version,
        &drawdown,
        offer.created_at.micros(),
        offer.valid_until().micros(),
    ];
    if tx.change(INSERT_DRAWDOWN, row).await? == 0 {
        return Err(conflict());
    }
    key_facts::insert(tx, offer.id, &offer.statement).await
}

pub(crate) async fn drawdown(tx: &mut StoreTx<'_, '_>, id: OfferId) -> Result<Option<Offer>> {
    tx.row(DRAWDOWN, params![&id.to_string()], offer_row).await
}

pub(crate) async fn drawdown_by_proposal(tx: &mut StoreTx<'_, '_>, number: &str) -> Result<Option<Offer>> {
    tx.row(DRAWDOWN_BY_PROPOSAL, params![number], offer_row).await
}

fn offer_row(row: &Row<'_>) -> std::result::Result<Offer, DbError> {
    let mut cells = Cells::of("offers", row);
    Ok(Offer {
        id: cells.parsed("id")?,
        application: cells.parsed("application_id")?,
        lender: cells.parsed("lender_id")?,
        template: cells.parsed("template_id")?,
        template_version: cells.get("template_version")?,
        line: cells.json_opt("line")?,
        drawdown: cells.json_opt("drawdown")?,
        created_at: cells.instant("created_at")?,
        statement: key_facts::cells(&mut cells)?,
    })
}
