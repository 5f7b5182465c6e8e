//! Reports as workbooks: made when they are opened, behind links that live for an hour.

use async_trait::async_trait;
use qist_domain::bank::{Account, Entity, Statement, StatementState, progress};
use qist_domain::id::BankEntityId;
use qist_domain::refusal::Code;
use qist_statement::{Analysis, Bank};

use super::read::Report;
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::reader::Workbook;
use crate::ports::store::Tx;
use crate::run::{App, Moment, Query};

const LINK_SECONDS: i64 = 3600;
/// In the place of an account: all of them.
const ALL: &str = "all";

/// Where a report lies: that of one account, or that of all.
#[must_use]
pub fn report_path(entity: BankEntityId, account: Option<&str>) -> String {
    format!("/bank-reports/{entity}/{}", account.unwrap_or(ALL))
}

impl Report {
    /// Whether every statement has ended well, and there is one.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let listed = progress(&self.statements);
        !listed.is_empty() && listed.iter().all(|statement| statement.state == StatementState::Completed)
    }
}

impl App {
    /// A link to each account's report; none before everything is complete.
    #[must_use]
    pub fn account_report_links(&self, report: &Report) -> Vec<(String, String)> {
        if !report.is_complete() {
            return Vec::new();
        }
        let link = |account: &str| self.signed_link_for(&report_path(report.entity.id, Some(account)), LINK_SECONDS);
        report.analysis.accounts.iter().map(|one| (one.account.clone(), link(&one.account))).collect()
    }

    /// A link to the report of all accounts, once everything is complete.
    #[must_use]
    pub fn report_link(&self, report: &Report) -> Option<String> {
        let link = || self.signed_link_for(&report_path(report.entity.id, None), LINK_SECONDS);
        report.is_complete().then(link)
    }

    /// The workbook behind a link that has been verified.
    pub async fn workbook_behind_link(&self, entity: BankEntityId, account: &str) -> Result<Vec<u8>> {
        let (entity, statements) = self.ask(Caller::System, FindReport { entity }).await?;
        let report = self.analysed(entity, statements).await?;
        let place = report.analysis.accounts.iter().position(|one| one.account == account);
        if place.is_none() && account != ALL {
            return Err(Code::FileNotFound.into());
        }
        let Report { statements, analysis, .. } = report;
        let accounts = facts(&statements, &analysis);
        self.reader.workbook(Workbook { accounts, analysis, account: place }, self.clock.now().day()).await
    }
}

/// Bank and facts of each analysed account, from the first statement that has it.
fn facts(statements: &[Statement], analysis: &Analysis) -> Vec<(Bank, Account)> {
    let of = |id: &str| {
        statements.iter().find_map(|statement| {
            let account = statement.outcome.accounts.iter().find(|account| account.account_id == id)?;
            Some((Bank::identified(&statement.bank)?, account.clone()))
        })
    };
    analysis.accounts.iter().filter_map(|analysed| of(&analysed.account)).collect()
}

struct FindReport {
    entity: BankEntityId,
}

#[async_trait]
impl Query for FindReport {
    type Out = (Entity, Vec<Statement>);

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let entity = tx.find_any_bank_entity(self.entity).await?.ok_or(Code::FileNotFound)?;
        let statements = tx.bank_statements(&entity).await?;
        Ok((entity, statements))
    }
}
