//! Key Facts Statements as they were issued, that they were read, and the files made of them.

use async_trait::async_trait;
use qist_app::error::Result;
use qist_app::ports::store::{FoundStatement, Statements};
use qist_domain::id::{ApplicationId, BlobId, OfferId};
use qist_domain::kfs::{Acknowledgement, Language, Statement};

use crate::cells::Cells;
use crate::db::{DbError, Row};
use crate::params;
use crate::rows::Columns;
use crate::tx::{StoreTx, conflict};

const INSERT: &str = "
    INSERT INTO key_facts (proposal_number, version, offer_id, document, sha256, issued_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO NOTHING";
const OF: &str = "
    SELECT k.offer_id, k.document, k.sha256, r.language, r.read_at, r.ip
    FROM offers o
    JOIN key_facts k ON k.offer_id = o.id
    LEFT JOIN key_facts_readings r ON r.proposal_number = k.proposal_number AND r.version = k.version
    WHERE o.application_id = ?1 AND o.drawdown IS NULL ORDER BY o.position, k.version";
const OF_OFFER: &str = "
    SELECT k.offer_id, k.document, k.sha256, r.language, r.read_at, r.ip
    FROM key_facts k
    LEFT JOIN key_facts_readings r ON r.proposal_number = k.proposal_number AND r.version = k.version
    WHERE k.offer_id = ?1 ORDER BY k.version";
const FIND: &str = "
    SELECT k.offer_id, k.document, k.sha256, r.language, r.read_at, r.ip, o.application_id, a.tenant_id
    FROM key_facts k
    JOIN offers o ON o.id = k.offer_id
    JOIN applications a ON a.id = o.application_id
    LEFT JOIN key_facts_readings r ON r.proposal_number = k.proposal_number AND r.version = k.version
    WHERE k.proposal_number = ?1 AND k.version = ?2";
const READ: &str = "
    INSERT INTO key_facts_readings (proposal_number, version, language, read_at, ip) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT DO NOTHING";
const FILE: &str = "
    SELECT file_id FROM key_facts_files WHERE proposal_number = ?1 AND version = ?2 AND language = ?3";
const KEEP_FILE: &str = "
    INSERT INTO key_facts_files (proposal_number, version, language, file_id) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT DO NOTHING";

#[rustfmt::skip]
pub(crate) static COLUMNS: Columns = Columns::new("key_facts", &[
    "proposal_number", "version", "offer_id", "document", "sha256", "issued_at",
]);
#[rustfmt::skip]
pub(crate) static READING_COLUMNS: Columns = Columns::new("key_facts_readings", &[
    "proposal_number", "version", "language", "read_at", "ip",
]);

#[async_trait]
impl Statements for StoreTx<'_, '_> {
    async fn insert_statement(&mut self, offer: OfferId, statement: &Statement) -> Result<()> {
        insert(self, offer, statement).await
    }

    async fn statements(&mut self, application: ApplicationId) -> Result<Vec<(OfferId, Statement)>> {
        self.rows(OF, params![&application.to_string()], |row| {
            let mut row = Cells::of("key_facts", row);
            Ok((row.parsed("offer_id")?, cells(&mut row)?))
        })
        .await
    }

    async fn find_any_statement(&mut self, proposal_number: &str, version: u32) -> Result<Option<FoundStatement>> {
        self.row(FIND, params![proposal_number, i64::from(version)], found_row).await
    }

    async fn acknowledge_statement(&mut self, statement: &Statement, read: &Acknowledgement) -> Result<()> {
        let facts = &statement.facts;
        let row = params![
            &facts.proposal_number,
            i64::from(facts.version),
            read.language.code(),
            read.at.micros(),
            &read.ip,
        ];
        self.change(READ, row).await.map(drop)
    }

    async fn statement_file(
        &mut self,
        proposal_number: &str,
        version: u32,
        language: Language,
    ) -> Result<Option<BlobId>> {
        let key = params![proposal_number, i64::from(version), language.code()];
        self.row(FILE, key, |row| Cells::of("key_facts_files", row).parsed("file_id")).await
    }

    async fn keep_statement_file(
        &mut self,
        proposal_number: &str,
        version: u32,
        language: Language,
        file: BlobId,
    ) -> Result<bool> {
        let file = file.to_string();
        let row = params![proposal_number, i64::from(version), language.code(), &file];
        Ok(self.change(KEEP_FILE, row).await? == 1)
    }
}

/// Each version in its order.
pub(crate) async fn of_offer(tx: &mut StoreTx<'_, '_>, offer: OfferId) -> Result<Vec<Statement>> {
    tx.rows(OF_OFFER, params![&offer.to_string()], |row| {
        let mut row = Cells::of("key_facts", row);
        row.text("offer_id")?;
        cells(&mut row)
    })
    .await
}

/// Without its acknowledgement, which comes later.
pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, offer: OfferId, statement: &Statement) -> Result<()> {
    let (facts, offer) = (&statement.facts, offer.to_string());
    let row = params![
        &facts.proposal_number,
        i64::from(facts.version),
        &offer,
        &statement.document,
        &statement.sha256,
        facts.issued_at.micros(),
    ];
    if tx.change(INSERT, row).await? == 0 { Err(conflict()) } else { Ok(()) }
}

fn found_row(row: &Row<'_>) -> std::result::Result<FoundStatement, DbError> {
    let mut row = Cells::of("key_facts", row);
    Ok(FoundStatement {
        offer: row.parsed("offer_id")?,
        statement: cells(&mut row)?,
        application: row.parsed("application_id")?,
        tenant: row.parsed("tenant_id")?,
    })
}

/// A statement's columns: document, hash, and those of its reading.
pub(crate) fn cells(cells: &mut Cells<'_, '_>) -> std::result::Result<Statement, DbError> {
    let document = cells.text("document")?;
    let facts = cells.parse_json("document", &document)?;
    let sha256 = cells.text("sha256")?;
    let language: Option<&str> = cells.get("language")?;
    let language = language.map(|code| {
        Language::from_code(code).ok_or_else(|| cells.corrupt("language", format!("the code {code:?} is not known")))
    });
    let language = language.transpose()?;
    let (at, ip) = (cells.instant_opt("read_at")?, cells.get::<Option<String>>("ip")?);
    let acknowledged = language.zip(at).zip(ip).map(|((language, at), ip)| Acknowledgement { language, at, ip });
    Ok(Statement { facts, document, sha256, acknowledged })
}
