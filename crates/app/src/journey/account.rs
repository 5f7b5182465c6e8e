//! The bank account that the money goes to.

use async_trait::async_trait;
use qist_domain::application::BankAccount;

use super::view::{JourneyView, Standing, view};
use crate::error::Result;
use crate::ports::connector::Ask;
use crate::ports::store::Tx;
use crate::providers::job::{Task, enqueue};
use crate::run::{Command, Moment};

#[derive(Clone)]
pub struct AddBankAccount {
    pub bank: BankAccount,
}

#[async_trait]
impl Command for AddBankAccount {
    type Out = JourneyView;
    const OPERATION: &'static str = "add_bank_account";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<JourneyView> {
        let standing = Standing::of_caller(at, tx).await?;
        let application = standing.application()?.clone();
        let id = application.id;
        tx.save_application(application.add_bank(self.bank.clone())?, at.now).await?;
        let ask = Ask::PennyDrop {
            account_number: self.bank.account_number.to_string(),
            ifsc: self.bank.ifsc.to_string(),
            holder_name: self.bank.holder_name.clone(),
        };
        enqueue(at, tx, &standing.user, Some(id), "", Task::Ask(ask)).await?;
        view(at, tx).await
    }
}
