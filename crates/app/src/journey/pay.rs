//! A borrower pays an instalment through the payment provider.

use async_trait::async_trait;
use qist_domain::id::{PaymentId, TransactionId};
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::view::Standing;
use crate::error::Result;
use crate::ports::connector::Ask;
use crate::ports::store::{PaymentRecord, PaymentState, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::{Command, Moment, Query};

#[derive(Debug, Clone)]
pub struct StartPayment {
    /// A drawdown on the customer's credit line; without one, the loan.
    pub transaction: Option<TransactionId>,
    pub installment_num: u32,
    /// All that is outstanding of the instalment where absent.
    pub amount: Option<Paise>,
    pub method: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StartedPayment {
    pub id: PaymentId,
    pub installment_num: u32,
    pub amount: Paise,
}

#[async_trait]
impl Command for StartPayment {
    type Out = StartedPayment;
    const OPERATION: &'static str = "start_payment";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<StartedPayment> {
        let standing = Standing::of_caller(at, tx).await?;
        let (tenant, user) = (standing.user.tenant, standing.user.id);
        let at = &at.of(tx, tenant, user).await?;
        let loan = match self.transaction {
            None => tx.loan(standing.application()?.id.into()).await?,
            Some(id) => {
                let found = tx.transaction(tenant, id).await?.filter(|found| found.user == user);
                tx.loan(found.ok_or(Code::TransactionNotFound)?.id.into()).await?
            }
        };
        let loan = loan.ok_or(Code::NotDisbursed)?;
        let application = loan.application;
        let position = loan.position(at.today());
        let installment = position.installments.iter().find(|installment| installment.row.num == self.installment_num);
        let outstanding = installment.ok_or(Code::InstallmentNotFound)?.outstanding();
        let amount = self.amount.unwrap_or(outstanding);
        if outstanding.is_zero() {
            return Err(Refusal::invalid("installmentNum", "this instalment is paid").into());
        }
        if !amount.is_positive() || amount > outstanding {
            return Err(Refusal::invalid("amount", format!("must be more than zero and at most {outstanding}")).into());
        }
        let payment = PaymentRecord {
            id: PaymentId(at.uuid()),
            loan: loan.id,
            installment_num: self.installment_num,
            amount,
            method: self.method.clone(),
            state: PaymentState::Pending,
            failure: None,
            created_at: at.now,
        };
        tx.save_loan(loan.payment_started(self.installment_num)?, at.now).await?;
        tx.insert_payment(&payment).await?;
        let mobile = standing.user.mobile.to_string();
        let ask = Ask::Payment { mobile, amount_paise: amount, method: self.method.clone() };
        enqueue(at, tx, &standing.user, Some(application), &payment.id.to_string(), Task::Ask(ask)).await?;
        Ok(StartedPayment { id: payment.id, installment_num: self.installment_num, amount })
    }
}

#[derive(Debug, Clone)]
pub struct ReadMyPayments;

#[async_trait]
impl Query for ReadMyPayments {
    type Out = Vec<PaymentRecord>;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Vec<PaymentRecord>> {
        let standing = Standing::of_caller(at, tx).await?;
        let mut payments = tx.payments_of(standing.application()?.id.into()).await?;
        if let Some(line) = tx.credit_line_of(standing.user.tenant, standing.user.id).await? {
            for drawdown in tx.transactions_of(line.id).await?.iter().filter(|one| one.status.is_drawn()) {
                payments.extend(tx.payments_of(drawdown.id.into()).await?);
            }
            payments.sort_by_key(|payment| std::cmp::Reverse((payment.created_at, payment.id)));
        }
        Ok(payments)
    }
}
