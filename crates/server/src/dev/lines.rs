//! Acme's demo credit lines: a transaction in each status, made by running the real use cases.

use anyhow::{Context, ensure};
use qist_app::caller::Caller;
use qist_app::credit_lines::cancel::CancelTransaction;
use qist_app::credit_lines::confirm::Delivered;
use qist_app::credit_lines::disburse::DisburseTransaction;
use qist_app::credit_lines::view::ReadTransactions;
use qist_app::loans::repay::RecordRepayment;
use qist_app::run::App;
use qist_app::servicing::clock::Ahead;
use qist_domain::id::{ApiKeyId, TransactionId};
use qist_domain::money::Paise;
use uuid::Uuid;

use super::applications::{lender_caller, person};
use super::borrower::{Borrower, Person};
use super::world::key_owner;
use crate::caller_of;
use crate::setup::explain;

/// Draws on its line, pays, cancels.
const SHOPPER: Person = person("acme-line", "9000000015", "Omkar Joshi", "ABCPJ1215Q", "50100100100915", 8000);
/// Has not paid: the bank refuses the first debit on its account, and its line cannot be drawn on. Its clock runs ahead of the others'.
const LATE: Person = person("acme-line-overdue", "9000000016", "Parul Verma", "ABCPV1216R", "50100100100501", 8000);

/// After the last day of fifteen, and of the weekend that may follow it.
const DAYS_UNTIL_OVERDUE: i64 = 20;

/// Makes the lines, unless they are there already.
pub async fn build(app: &App) -> anyhow::Result<()> {
    let partner = caller_of(key_owner(app, "server", "acme").await?, ApiKeyId(Uuid::nil()));
    if app.eligibility(partner, SHOPPER.customer_id.to_owned()).await.is_ok() {
        return Ok(());
    }
    let lender = lender_caller(app, "meridian").await?;
    let world = World { app, partner, lender };
    let shopper = world.open(&SHOPPER).await?;
    let paid = world.disbursed(&shopper, 1200, "ORDER-1001", "pay_later").await?;
    world.repay(paid, 1200).await?;
    let cancelled = shopper.draw(partner, 700, "ORDER-1002", "three_emis").await?;
    let reason = "out of stock".to_owned();
    app.run(partner, CancelTransaction { name: cancelled.to_string(), reason }).await.map_err(explain)?;
    world.disbursed(&shopper, 1500, "ORDER-1003", "six_emis").await?;
    world.confirmed(&shopper, 900, "ORDER-1004", "three_emis").await?;
    shopper.draw(partner, 450, "ORDER-1005", "pay_later").await?;
    let late = world.open(&LATE).await?;
    world.disbursed(&late, 2000, "ORDER-2001", "pay_later").await?;
    let ahead = Ahead::Days(DAYS_UNTIL_OVERDUE);
    app.advance_clock(partner, LATE.customer_id, ahead).await.map_err(explain)?;
    let read = ReadTransactions { customer_id: LATE.customer_id.to_owned(), partner_txn_id: None, overdue: true };
    let overdue = app.ask(partner, read).await.map_err(explain)?;
    ensure!(!overdue.is_empty(), "the demo's late customer is not late");
    Ok(())
}

struct World<'a> {
    app: &'a App,
    partner: Caller,
    lender: Caller,
}

impl<'a> World<'a> {
    /// As far as a signed agreement, which opens the line.
    async fn open(&self, who: &'a Person) -> anyhow::Result<Borrower<'a>> {
        let borrower = Borrower::arrive(self.app, self.partner, who).await?;
        borrower.identify().await?;
        borrower.apply().await?;
        borrower.tell_details().await?;
        borrower.pass_kyc().await?;
        borrower.accept_first_offer(true).await?;
        borrower.add_bank().await?;
        borrower.sign().await.with_context(|| format!("demo customer {}", who.customer_id))?;
        Ok(borrower)
    }

    async fn confirmed(
        &self,
        who: &Borrower<'_>,
        rupees: i32,
        order: &str,
        plan: &str,
    ) -> anyhow::Result<TransactionId> {
        let drawn = who.draw(self.partner, rupees, order, plan).await?;
        let delivered = Delivered { invoice_no: format!("INV-{order}"), ..Delivered::default() };
        let confirmed = self.app.confirm_transaction(self.partner, drawn.to_string(), delivered, None).await;
        confirmed.map(|moved| moved.transaction).map_err(explain)
    }

    async fn disbursed(
        &self,
        who: &Borrower<'_>,
        rupees: i32,
        order: &str,
        plan: &str,
    ) -> anyhow::Result<TransactionId> {
        let transaction = self.confirmed(who, rupees, order, plan).await?;
        let utr = format!("DEMO{order}");
        self.app.run(self.lender, DisburseTransaction { transaction, utr, day: None }).await.map_err(explain)?;
        Ok(transaction)
    }

    async fn repay(&self, transaction: TransactionId, rupees: i32) -> anyhow::Result<()> {
        let repayment = RecordRepayment {
            loan: transaction.into(),
            installment_num: 1,
            amount: Paise::from_rupees(rupees),
            paid_at: self.app.clock.now(),
            mode: "upi".to_owned(),
            reference: format!("DEMO{transaction}"),
        };
        self.app.run(self.partner, repayment).await.map(drop).map_err(explain)
    }
}
