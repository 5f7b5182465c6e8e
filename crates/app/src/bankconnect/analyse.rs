//! The job behind an upload: all of an entity's statements analysed together. It may be broken off anywhere and run again;
//! only its last step, one transaction, shows.

use async_trait::async_trait;
use qist_domain::bank::{Entity, Statement, StatementState};
use qist_domain::calendar::{Calendar, Weekend};
use qist_domain::day::Day;
use qist_domain::id::{BankEntityId, BankStatementId, BlobId};
use qist_domain::refusal::Code;
use qist_statement::Reading;
use qist_statement::analysis::Features;

use super::tell::note_outcome;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::ports::reader::Filed;
use crate::ports::store::Tx;
use crate::run::{App, Command, Moment, Query};

/// Where another statement of the entity was analysed meanwhile, it is done again at once so many times.
const TRIES_MAX: usize = 5;
/// Bank holidays are known from this year on.
const YEARS_BACK: i16 = 12;
/// Month and day of the three holidays that the whole country has.
const NATIONAL_HOLIDAYS: [(i8, i8); 3] = [(1, 26), (8, 15), (10, 2)];
const CANNOT: &str = "the statement could not be analysed";

pub(crate) async fn analyse(app: &App, entity: BankEntityId, statement: BankStatementId) -> Result<()> {
    for _ in 0..TRIES_MAX {
        let Some(work) = app.ask(Caller::System, FindWork { entity, statement }).await? else { return Ok(()) };
        let today = app.clock.now().day();
        let analysis = app.reader.analyse(filed(app, &work.statements).await?, bank_calendar(today), today).await?;
        let file = BlobId(app.ids.uuid(app.clock.now()));
        let features = analysis.features;
        app.blobs.put(&file.to_string(), serde_json::to_vec(&analysis)?).await?;
        match app.run(Caller::System, KeepAnalysis { work, statement, file, features }).await {
            Err(error) if error.code() == Some(Code::VersionConflict) => {}
            answered => return answered,
        }
    }
    Err(Code::VersionConflict.into())
}

/// After the last try: the statement has failed, so that nobody waits for it.
pub(crate) async fn give_up(app: &App, entity: BankEntityId, statement: BankStatementId) -> Result<()> {
    let Some(work) = app.ask(Caller::System, FindWork { entity, statement }).await? else { return Ok(()) };
    app.run(Caller::System, Fail { work, statement }).await
}

/// What was read of the statements, from the files that it was kept in.
async fn filed(app: &App, statements: &[Statement]) -> Result<Vec<Filed>> {
    let mut filed = Vec::with_capacity(statements.len());
    for statement in statements {
        let Some(rows) = statement.rows else { continue };
        let bytes = app.blobs.get(&rows.to_string()).await?;
        let bytes = bytes.ok_or_else(|| Error::internal(format!("file {rows} is gone")))?;
        let reading: Reading = serde_json::from_slice(&bytes)?;
        let accounts = statement.outcome.accounts.iter().map(|account| account.account_id.clone()).collect();
        filed.push(Filed { statement: statement.id.to_string(), accounts, reading });
    }
    Ok(filed)
}

/// The days on which Indian banks are closed everywhere.
fn bank_calendar(today: Day) -> Calendar {
    let (this_year, _) = today.month_key();
    let years = this_year.saturating_sub(YEARS_BACK)..=this_year;
    let days = years.flat_map(|year| NATIONAL_HOLIDAYS.map(|(month, day)| Day::new(year, month, day)));
    Calendar { holidays: days.flatten().collect(), ..Calendar::of(Weekend::SunAnd2nd4thSat) }
}

/// An entity and those of its statements that can be analysed.
struct Work {
    entity: Entity,
    statements: Vec<Statement>,
}

impl Work {
    fn statement(&self, id: BankStatementId) -> Result<Statement> {
        let found = self.statements.iter().find(|statement| statement.id == id).cloned();
        found.ok_or_else(|| Error::internal(format!("statement {id} is gone")))
    }
}

/// `None` where the statement has ended already.
struct FindWork {
    entity: BankEntityId,
    statement: BankStatementId,
}

#[async_trait]
impl Query for FindWork {
    type Out = Option<Work>;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Self::Out> {
        let Some(entity) = tx.find_any_bank_entity(self.entity).await? else { return Ok(None) };
        let mut statements = tx.bank_statements(&entity).await?;
        statements.retain(|statement| statement.state != StatementState::Failed);
        let waits = statements
            .iter()
            .any(|statement| statement.id == self.statement && statement.state == StatementState::Processing);
        Ok(waits.then_some(Work { entity, statements }))
    }
}

struct KeepAnalysis {
    work: Work,
    statement: BankStatementId,
    file: BlobId,
    features: Features,
}

#[async_trait]
impl Command for KeepAnalysis {
    type Out = ();
    const OPERATION: &'static str = "keep_bank_analysis";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let Self { work, statement, file, features } = self;
        let completed = work.statement(*statement)?.complete(at.now)?;
        tx.settle_bank_statement(&completed).await?;
        tx.save_bank_analysis(&work.entity, *file, features, at.now).await?;
        note_outcome(at, tx, &work.entity, &completed).await
    }
}

struct Fail {
    work: Work,
    statement: BankStatementId,
}

#[async_trait]
impl Command for Fail {
    type Out = ();
    const OPERATION: &'static str = "fail_bank_statement";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let failed = self.work.statement(self.statement)?.fail(CANNOT, at.now)?;
        tx.settle_bank_statement(&failed).await?;
        note_outcome(at, tx, &self.work.entity, &failed).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn banks_are_closed_on_national_holidays_sundays_and_every_other_saturday() {
        let calendar = bank_calendar("2026-11-27".parse().unwrap());
        assert!(calendar.holidays.is_sorted());
        let open = |day: &str| calendar.is_business_day(day.parse().unwrap());
        for closed in ["2026-01-26", "2015-08-15", "2024-10-02", "2026-11-22", "2026-11-14", "2026-11-28"] {
            assert!(!open(closed), "{closed}");
        }
        assert!(open("2026-11-27") && open("2026-11-21"));
    }
}
