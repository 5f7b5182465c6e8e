//! A page where a customer pays a drawdown: it opens with a signed link and without a key.

use async_trait::async_trait;
use qist_domain::id::TransactionId;
use qist_domain::refusal::Code;

use super::view::{LineInstallment, TransactionView, view};
use crate::caller::Caller;
use crate::error::Result;
use crate::journey::pay::{StartPayment, StartedPayment};
use crate::ports::documents::{PayDue, PayRow, PayToPrint};
use crate::ports::store::Tx;
use crate::run::{App, Command, Moment, Query};

/// A sourcing entity sends the link on, and its customer opens it when there is time.
const LINK_SECONDS: i64 = 86_400;

/// Where a drawdown's page is.
#[must_use]
pub fn pay_path(transaction: TransactionId) -> String {
    format!("/pay/{transaction}")
}

impl App {
    #[must_use]
    pub fn pay_link(&self, transaction: TransactionId) -> String {
        self.signed_link_for(&pay_path(transaction), LINK_SECONDS)
    }

    /// The page behind a link that the caller has verified; `query` is the link's signature.
    pub async fn pay_page(&self, transaction: TransactionId, query: &str) -> Result<String> {
        let Payable { view, lender, platform } = self.ask(Caller::System, ReadPayable { transaction }).await?;
        let open = view.installments.iter().find(|one| !one.position.outstanding().is_zero());
        let due = open.map(|one| PayDue {
            installment_num: one.position.row.num,
            amount: one.position.outstanding(),
            due_day: one.position.row.due_day,
            late_days: view.today.days_since(one.position.row.due_day).max(0),
            pending: one.pending,
        });
        let row = |one: &LineInstallment| PayRow {
            installment_num: one.position.row.num,
            due_day: one.position.row.due_day,
            amount: one.position.row.instalment(),
            charge: one.position.charge,
            received: one.position.received(),
            paid_day: one.position.paid_day,
        };
        let installments = view.installments.iter().map(row).collect();
        let (order, action) = (view.transaction.partner_txn_id.clone(), format!("{}?{query}", pay_path(transaction)));
        self.documents.pay_page(&PayToPrint { lender, platform, order, due, installments, action })
    }

    /// Starts to collect what is oldest of what is owed. Whoever has the link may pay.
    pub async fn pay_by_link(&self, transaction: TransactionId) -> Result<StartedPayment> {
        self.run(Caller::System, PayByLink { transaction }).await
    }
}

/// A drawdown with the names on its page.
struct Payable {
    view: TransactionView,
    lender: String,
    platform: String,
}

struct ReadPayable {
    transaction: TransactionId,
}

#[async_trait]
impl Query for ReadPayable {
    type Out = Payable;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Payable> {
        let found = tx.find_any_transaction(self.transaction).await?.ok_or(Code::TransactionNotFound)?;
        let at = at.of(tx, found.tenant, found.user).await?;
        let lender = tx.lender(found.lender).await?.map(|lender| lender.name).unwrap_or_default();
        let platform = tx.sourcing_entity(found.tenant).await?.map(|entity| entity.name).unwrap_or_default();
        Ok(Payable { view: view(&at, tx, found).await?, lender, platform })
    }
}

struct PayByLink {
    transaction: TransactionId,
}

#[async_trait]
impl Command for PayByLink {
    type Out = StartedPayment;
    const OPERATION: &'static str = "pay_by_link";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<StartedPayment> {
        let found = tx.find_any_transaction(self.transaction).await?.ok_or(Code::TransactionNotFound)?;
        let (tenant, user) = (found.tenant, found.user);
        let seen = view(&at.of(tx, tenant, user).await?, tx, found).await?;
        let oldest = seen.installments.iter().find(|one| !one.position.outstanding().is_zero());
        let oldest = oldest.ok_or(Code::LoanClosed)?;
        if oldest.pending {
            return Err(qist_domain::refusal::Refusal::because(Code::LoanIllegalMove, "a payment is under way").into());
        }
        let installment_num = oldest.position.row.num;
        let payment = StartPayment {
            transaction: Some(self.transaction),
            installment_num,
            amount: None,
            method: "link".to_owned(),
        };
        payment.run(&at.for_caller(Caller::Borrower { tenant, user }), tx).await
    }
}
