//! Filing a statement, with the job that analyses it or the word that it failed.

use async_trait::async_trait;
use qist_domain::bank::{Account, Entity, NewStatement, Outcome, Statement, StatementState};
use qist_statement::{AccountReading, Reading};
use uuid::Uuid;

use super::tell::{note_outcome, tell_customer};
use crate::error::Result;
use crate::ports::secrets::Secrets;
use crate::ports::store::Tx;
use crate::providers::job::{Task, enqueue_for_entity};
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub(super) struct FileStatement {
    pub entity: Entity,
    pub statement: Statement,
}

#[async_trait]
impl Command for FileStatement {
    /// The statement as it is filed: the same file again is the one that is there already.
    type Out = Statement;
    const OPERATION: &'static str = "file_bank_statement";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Statement> {
        let Self { entity, statement } = self;
        if statement.state == StatementState::Failed {
            tx.insert_bank_statement(statement).await?;
            note_outcome(at, tx, entity, statement).await?;
            return Ok(statement.clone());
        }
        let known = tx.bank_statements(entity).await?.into_iter();
        let mut same = known.filter(|known| known.sha256 == statement.sha256 && known.bank == statement.bank);
        if let Some(known) = same.find(|known| known.state != StatementState::Failed) {
            return Ok(known);
        }
        tx.insert_bank_statement(statement).await?;
        tell_customer(at, tx, entity, StatementState::Processing).await?;
        let task = Task::AnalyseStatement { entity: entity.id, statement: statement.id };
        enqueue_for_entity(at, tx, entity.tenant, entity.id, task).await?;
        Ok(statement.clone())
    }
}

/// What a reading says of its accounts, each under its id.
pub(super) fn accounts_of(secrets: &dyn Secrets, new: &NewStatement, reading: &Reading) -> Outcome {
    let accounts = (1..).zip(&reading.accounts).map(|(number, read)| Account {
        account_id: account_id(secrets, new, reading, read, number),
        account_number: read.account_number.clone(),
        ifsc: read.ifsc.clone(),
        micr: read.micr.clone(),
        name: read.holder_name.clone(),
        address: read.address.clone(),
        from: read.from,
        to: read.to,
    });
    let fraud_type = reading.file.fraud().map(|finding| finding.fraud.as_str().to_owned());
    Outcome { accounts: accounts.collect(), fraud_type }
}

/// The same for the same account of an entity, whatever statement it is read from; one without a number is of its statement
/// alone. It has the form of a random id and tells nothing of the number.
fn account_id(
    secrets: &dyn Secrets,
    new: &NewStatement,
    reading: &Reading,
    account: &AccountReading,
    number: u32,
) -> String {
    let name = match &account.account_number {
        Some(account_number) => format!("{}|{}|{account_number}", new.entity, reading.bank.identifier()),
        None => format!("{}|{number}", new.id),
    };
    let hash = secrets.hash("bank_account", &name);
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(hash.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(pair).unwrap_or_default();
        *byte = u8::from_str_radix(digits, 16).unwrap_or_default();
    }
    let id: Uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
    id.to_string()
}
