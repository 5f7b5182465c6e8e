//! Reading lines and drawdowns.

use async_trait::async_trait;
use qist_domain::credit_line::{CreditLine, Inactive, Transaction, TransactionStatus};
use qist_domain::day::Day;
use qist_domain::id::{CreditLineId, TransactionId};
use qist_domain::loan::{InstallmentPosition, Loan, Quote};
use qist_domain::money::Paise;
use qist_domain::refusal::Code;
use serde::{Deserialize, Serialize};

use super::find::line_of_customer;
use crate::error::{Error, Result};
use crate::ports::store::{LimitRequest, PaymentState, Tx};
use crate::run::{Moment, Query};

/// A line as everybody may see it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LineView {
    pub id: CreditLineId,
    pub limit_max: Paise,
    pub available: Paise,
    pub drawn: Paise,
    pub reserved: Paise,
    pub over_limit: Paise,
    pub valid_until: Day,
    pub kyc_until: Option<Day>,
    /// Why it cannot be drawn on; nothing where it can.
    pub inactive: Option<Inactive>,
    pub plans: Vec<PlanView>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PlanView {
    pub code: String,
    pub name: String,
    pub amount_min: Paise,
    pub amount_max: Paise,
    pub tenure: u32,
    pub annual_rate_percent: String,
}

impl LineView {
    pub(super) fn of(at: &Moment, line: &CreditLine) -> LineView {
        let plans = line.terms.plans.iter().map(|plan| PlanView {
            code: plan.code.clone(),
            name: plan.name.clone(),
            amount_min: plan.amount_min,
            amount_max: plan.amount_max,
            tenure: plan.tenure,
            annual_rate_percent: plan.terms.annual_rate.to_string(),
        });
        LineView {
            id: line.id,
            limit_max: line.limit_max,
            available: line.available(),
            drawn: line.drawn,
            reserved: line.reserved,
            over_limit: line.over_limit,
            valid_until: line.valid_until,
            kyc_until: line.kyc_until,
            inactive: line.inactive(at.today()),
            plans: plans.collect(),
        }
    }
}

/// A drawdown with its figures.
#[derive(Debug, Clone)]
pub struct TransactionView {
    pub transaction: Transaction,
    pub quote: Quote,
    /// None where nothing has been handed over.
    pub installments: Vec<LineInstallment>,
    /// Days past due.
    pub dpd: i64,
    /// In the customer's own time.
    pub today: Day,
}

impl TransactionView {
    /// Instalments that were due before today and are not paid, oldest first.
    #[must_use]
    pub fn late(&self) -> Vec<&LineInstallment> {
        let late =
            |one: &&LineInstallment| one.position.row.due_day < self.today && !one.position.outstanding().is_zero();
        self.installments.iter().filter(late).collect()
    }
}

#[derive(Debug, Clone)]
pub struct LineInstallment {
    pub position: InstallmentPosition,
    /// A payment is under way.
    pub pending: bool,
}

pub(super) async fn view(at: &Moment, tx: &mut dyn Tx, transaction: Transaction) -> Result<TransactionView> {
    use TransactionStatus as S;
    let loan = if transaction.status.is_drawn() { tx.loan(transaction.id.into()).await? } else { None };
    let Some(loan) = loan else {
        let offer = tx.drawdown_offer(transaction.offer).await?;
        let quote = offer.ok_or_else(|| Error::internal("a drawdown without offer"))?.statement.facts.quote;
        let rows = if transaction.status == S::Confirmed { &quote.rows[..] } else { &[] };
        let planned = |row| LineInstallment { position: InstallmentPosition::new(row), pending: false };
        let installments = rows.iter().map(planned).collect();
        return Ok(TransactionView { transaction, quote, installments, dpd: 0, today: at.today() });
    };
    let payments = tx.payments_of(loan.id).await?;
    let pending = |num: u32| {
        payments.iter().any(|payment| payment.installment_num == num && payment.state == PaymentState::Pending)
    };
    let position = loan.position(at.today());
    let dpd = position.dpd(at.today());
    let shown = |position: InstallmentPosition| LineInstallment { pending: pending(position.row.num), position };
    let installments = position.installments.into_iter().map(shown).collect();
    let Loan { quote, .. } = loan;
    Ok(TransactionView { transaction, quote, installments, dpd, today: at.today() })
}

#[derive(Debug, Clone)]
pub struct ReadLine {
    pub customer_id: String,
}

#[async_trait]
impl Query for ReadLine {
    type Out = LineView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<LineView> {
        let line = line_of_customer(at, tx, &self.customer_id).await?;
        Ok(LineView::of(&at.of(tx, line.tenant, line.user).await?, &line))
    }
}

/// Newest first.
#[derive(Debug, Clone)]
pub struct ReadTransactions {
    pub customer_id: String,
    pub partner_txn_id: Option<String>,
    /// Only those that are overdue.
    pub overdue: bool,
}

#[async_trait]
impl Query for ReadTransactions {
    type Out = Vec<TransactionView>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<TransactionView>> {
        let line = line_of_customer(at, tx, &self.customer_id).await?;
        let at = &at.of(tx, line.tenant, line.user).await?;
        let wanted = |one: &Transaction| {
            let named = self.partner_txn_id.as_ref().is_none_or(|name| one.partner_txn_id == *name);
            one.status.is_shown() && named && (!self.overdue || one.status == TransactionStatus::Overdue)
        };
        let mut views = Vec::new();
        for transaction in tx.transactions_of(line.id).await?.into_iter().filter(wanted) {
            views.push(view(at, tx, transaction).await?);
        }
        Ok(views)
    }
}

/// The borrower's own line and drawdowns.
#[derive(Debug, Clone)]
pub struct ReadMyLine;

#[async_trait]
impl Query for ReadMyLine {
    type Out = (LineView, Vec<TransactionView>);

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let (tenant, user) = at.borrower_ids()?;
        let at = &at.of(tx, tenant, user).await?;
        let line = tx.credit_line_of(tenant, user).await?.ok_or(Code::CreditLineNotFound)?;
        let mut views = Vec::new();
        for transaction in tx.transactions_of(line.id).await?.into_iter().filter(|one| one.status.is_shown()) {
            views.push(view(at, tx, transaction).await?);
        }
        Ok((LineView::of(at, &line), views))
    }
}

/// A lender's line, with what its borrower asked for.
#[derive(Debug, Clone)]
pub struct ReadLineOfLender {
    pub line: CreditLineId,
}

#[async_trait]
impl Query for ReadLineOfLender {
    type Out = (LineView, Vec<LimitRequest>);

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let line = tx.credit_line_of_lender(at.lender_id()?, self.line).await?.ok_or(Code::CreditLineNotFound)?;
        let at = at.of(tx, line.tenant, line.user).await?;
        Ok((LineView::of(&at, &line), tx.limit_requests(line.id).await?))
    }
}

/// A lender's drawdowns in a status, newest first.
#[derive(Debug, Clone)]
pub struct ListTransactions {
    pub status: TransactionStatus,
    pub limit: i64,
    pub offset: i64,
}

#[async_trait]
impl Query for ListTransactions {
    type Out = Vec<TransactionView>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<TransactionView>> {
        let found = tx.list_transactions(at.lender_id()?, self.status, self.limit, self.offset).await?;
        let mut views = Vec::new();
        for transaction in found {
            let at = at.of(tx, transaction.tenant, transaction.user).await?;
            views.push(view(&at, tx, transaction).await?);
        }
        Ok(views)
    }
}

#[derive(Debug, Clone)]
pub struct ReadTransactionOfLender {
    pub transaction: TransactionId,
}

#[async_trait]
impl Query for ReadTransactionOfLender {
    type Out = TransactionView;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<TransactionView> {
        let found = tx.transaction_of_lender(at.lender_id()?, self.transaction).await?;
        let found = found.ok_or(Code::TransactionNotFound)?;
        let at = at.of(tx, found.tenant, found.user).await?;
        view(&at, tx, found).await
    }
}
