//! Credit lines, and the port through which they and their drawdowns are reached.

use async_trait::async_trait;
use qist_app::error::{Error, Result};
use qist_app::ports::store::{CreditLines, LimitRequest, LineSums, SessionRecord};
use qist_domain::application::Offer;
use qist_domain::change::Change;
use qist_domain::credit_line::{CreditLine, Transaction, TransactionStatus};
use qist_domain::day::Instant;
use qist_domain::id::{CreditLineId, LenderId, LimitRequestId, OfferId, SourcingEntityId, TransactionId, UserId};
use qist_domain::kfs::Statement;
use qist_domain::money::Paise;

use crate::cells::Cells;
use crate::db::{DbError, Param, Row};
use crate::tx::{StoreTx, conflict};
use crate::{access, events, key_facts, offers, params, transactions};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, user_id, lender_id, application_id, terms, limit_max_paise, drawn_paise, reserved_paise,
                over_limit_paise, valid_until, kyc_until, held, overdue, offers, created_at, version
            FROM credit_lines ",
            $rest
        )
    };
}

/// As it is, and locked until the transaction ends.
type Reading = (&'static str, &'static str);

const FIND: Reading =
    (select!("WHERE tenant_id = ?1 AND id = ?2"), select!("WHERE tenant_id = ?1 AND id = ?2 {for_update}"));
const FIND_OF_LENDER: Reading =
    (select!("WHERE lender_id = ?1 AND id = ?2"), select!("WHERE lender_id = ?1 AND id = ?2 {for_update}"));
const NEWEST: Reading = (
    select!("WHERE tenant_id = ?1 AND user_id = ?2 ORDER BY created_at DESC, id DESC LIMIT 1"),
    select!("WHERE tenant_id = ?1 AND user_id = ?2 ORDER BY created_at DESC, id DESC LIMIT 1 {for_update}"),
);
const AFTER: &str = select!("WHERE id > ?1 ORDER BY id LIMIT ?2");
const INSERT: &str = "
    INSERT INTO credit_lines (id, tenant_id, user_id, lender_id, application_id, terms, limit_max_paise, drawn_paise,
        reserved_paise, over_limit_paise, valid_until, kyc_until, held, overdue, offers, created_at, version)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17) ON CONFLICT DO NOTHING";
const UPDATE: &str = "
    UPDATE credit_lines SET limit_max_paise = ?4, drawn_paise = ?5, reserved_paise = ?6, over_limit_paise = ?7,
        kyc_until = ?8, held = ?9, overdue = ?10, offers = ?11, version = ?12
    WHERE tenant_id = ?1 AND id = ?2 AND version = ?3";
const INSERT_REQUEST: &str = "
    INSERT INTO limit_requests (id, line_id, limit_paise, consent, ip, asked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const REQUESTS: &str = "
    SELECT id, line_id, limit_paise, consent, ip, asked_at, granted_paise, answered_at FROM limit_requests
    WHERE line_id = ?1 ORDER BY asked_at, id";
const GRANT: &str = "
    UPDATE limit_requests SET granted_paise = ?2, answered_at = ?3 WHERE id = ?1 AND answered_at IS NULL";

#[async_trait]
impl CreditLines for StoreTx<'_, '_> {
    async fn credit_line(&mut self, tenant: SourcingEntityId, id: CreditLineId) -> Result<Option<CreditLine>> {
        find(self, FIND, params![&tenant.to_string(), &id.to_string()]).await
    }

    async fn credit_line_of(&mut self, tenant: SourcingEntityId, user: UserId) -> Result<Option<CreditLine>> {
        find(self, NEWEST, params![&tenant.to_string(), &user.to_string()]).await
    }

    async fn credit_line_of_lender(&mut self, lender: LenderId, id: CreditLineId) -> Result<Option<CreditLine>> {
        find(self, FIND_OF_LENDER, params![&lender.to_string(), &id.to_string()]).await
    }

    async fn save_credit_line(&mut self, change: Change<CreditLine>, now: Instant) -> Result<()> {
        let (line, was, logged, entries) = change.into_parts();
        if !entries.is_empty() {
            return Err(Error::internal("a credit line books nothing"));
        }
        match was {
            None => insert(self, &line).await?,
            Some(was) => update(self, &line, was).await?,
        }
        events::append_numbered(self, line.tenant, line.user, &logged, now).await
    }

    async fn any_credit_lines(&mut self, after: Option<CreditLineId>, limit: i64) -> Result<Vec<CreditLine>> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.rows(AFTER, params![&after, limit], line_row).await
    }

    async fn line_sums(&mut self, line: CreditLineId) -> Result<LineSums> {
        transactions::sums(self, line).await
    }

    async fn transaction(&mut self, tenant: SourcingEntityId, id: TransactionId) -> Result<Option<Transaction>> {
        transactions::find(self, tenant, id).await
    }

    async fn transaction_of_lender(&mut self, lender: LenderId, id: TransactionId) -> Result<Option<Transaction>> {
        transactions::find_of_lender(self, lender, id).await
    }

    async fn find_any_transaction(&mut self, id: TransactionId) -> Result<Option<Transaction>> {
        transactions::find_any(self, id).await
    }

    async fn transactions_named(&mut self, tenant: SourcingEntityId, partner_txn_id: &str) -> Result<Vec<Transaction>> {
        transactions::named(self, tenant, partner_txn_id).await
    }

    async fn transactions_of(&mut self, line: CreditLineId) -> Result<Vec<Transaction>> {
        transactions::of(self, line).await
    }

    async fn list_transactions(
        &mut self,
        lender: LenderId,
        status: TransactionStatus,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Transaction>> {
        transactions::list(self, lender, status, limit, offset).await
    }

    async fn run_out(&mut self, user: UserId, now: Instant) -> Result<Vec<TransactionId>> {
        transactions::run_out(self, user, now).await
    }

    async fn save_transaction(&mut self, change: Change<Transaction>, now: Instant) -> Result<()> {
        transactions::save(self, change, now).await
    }

    async fn withdrawal_session(
        &mut self,
        tenant: SourcingEntityId,
        user: UserId,
        transaction_id: &str,
    ) -> Result<Option<SessionRecord>> {
        access::withdrawal_session(self, tenant, user, transaction_id).await
    }

    async fn insert_drawdown_offer(&mut self, offer: &Offer, number: u32) -> Result<()> {
        offers::insert_drawdown(self, offer, number).await
    }

    async fn drawdown_offer(&mut self, id: OfferId) -> Result<Option<Offer>> {
        offers::drawdown(self, id).await
    }

    async fn drawdown_offer_by_proposal(&mut self, proposal_number: &str) -> Result<Option<Offer>> {
        offers::drawdown_by_proposal(self, proposal_number).await
    }

    async fn statements_of_offer(&mut self, offer: OfferId) -> Result<Vec<Statement>> {
        key_facts::of_offer(self, offer).await
    }

    async fn insert_limit_request(&mut self, request: &LimitRequest) -> Result<()> {
        let (id, line) = (request.id.to_string(), request.line.to_string());
        let (limit, asked_at) = (request.limit.get(), request.asked_at.micros());
        let row = params![&id, &line, limit, &request.consent, &request.ip, asked_at];
        self.change_one(INSERT_REQUEST, row).await
    }

    async fn limit_requests(&mut self, line: CreditLineId) -> Result<Vec<LimitRequest>> {
        self.rows(REQUESTS, params![&line.to_string()], request_row).await
    }

    async fn grant_limit_request(&mut self, id: LimitRequestId, granted: Paise, now: Instant) -> Result<bool> {
        Ok(self.change(GRANT, params![&id.to_string(), granted.get(), now.micros()]).await? == 1)
    }
}

async fn find(tx: &mut StoreTx<'_, '_>, sql: Reading, key: &[Param<'_>]) -> Result<Option<CreditLine>> {
    let (read, locked) = sql;
    tx.row(if tx.is_writing() { locked } else { read }, key, line_row).await
}

async fn insert(tx: &mut StoreTx<'_, '_>, line: &CreditLine) -> Result<()> {
    let (id, tenant, user) = (line.id.to_string(), line.tenant.to_string(), line.user.to_string());
    let (lender, application) = (line.lender.to_string(), line.application.to_string());
    let terms = serde_json::to_string(&line.terms)?;
    let (valid_until, kyc_until) = (line.valid_until.to_string(), line.kyc_until.map(|day| day.to_string()));
    let row = params![
        &id,
        &tenant,
        &user,
        &lender,
        &application,
        &terms,
        line.limit_max.get(),
        line.drawn.get(),
        line.reserved.get(),
        line.over_limit.get(),
        &valid_until,
        &kyc_until,
        &line.held,
        i64::from(line.overdue),
        i64::from(line.offers),
        line.created_at.micros(),
        line.version,
    ];
    if tx.change(INSERT, row).await? == 1 { Ok(()) } else { Err(conflict()) }
}

async fn update(tx: &mut StoreTx<'_, '_>, line: &CreditLine, was: i64) -> Result<()> {
    let (tenant, id, kyc_until) =
        (line.tenant.to_string(), line.id.to_string(), line.kyc_until.map(|day| day.to_string()));
    let row = params![
        &tenant,
        &id,
        was,
        line.limit_max.get(),
        line.drawn.get(),
        line.reserved.get(),
        line.over_limit.get(),
        &kyc_until,
        &line.held,
        i64::from(line.overdue),
        i64::from(line.offers),
        line.version,
    ];
    if tx.change(UPDATE, row).await? == 1 { Ok(()) } else { Err(conflict()) }
}

fn line_row(row: &Row<'_>) -> std::result::Result<CreditLine, DbError> {
    let mut cells = Cells::of("credit_lines", row);
    Ok(CreditLine {
        id: cells.parsed("id")?,
        tenant: cells.parsed("tenant_id")?,
        user: cells.parsed("user_id")?,
        lender: cells.parsed("lender_id")?,
        application: cells.parsed("application_id")?,
        terms: cells.json("terms")?,
        limit_max: cells.paise("limit_max_paise")?,
        drawn: cells.paise("drawn_paise")?,
        reserved: cells.paise("reserved_paise")?,
        over_limit: cells.paise("over_limit_paise")?,
        valid_until: cells.day("valid_until")?,
        kyc_until: cells.parsed_opt("kyc_until")?,
        held: cells.get("held")?,
        overdue: cells.u32("overdue")?,
        offers: cells.u32("offers")?,
        created_at: cells.instant("created_at")?,
        version: cells.get("version")?,
    })
}

fn request_row(row: &Row<'_>) -> std::result::Result<LimitRequest, DbError> {
    let mut cells = Cells::of("limit_requests", row);
    Ok(LimitRequest {
        id: cells.parsed("id")?,
        line: cells.parsed("line_id")?,
        limit: cells.paise("limit_paise")?,
        consent: cells.text("consent")?,
        ip: cells.text("ip")?,
        asked_at: cells.instant("asked_at")?,
        granted: cells.get::<Option<i64>>("granted_paise")?.map(Paise::new),
        answered_at: cells.instant_opt("answered_at")?,
    })
}
