//! A statement and how it stands, from its arrival to its analysis.

use super::Outcome;
use crate::day::Instant;
use crate::id::{BankEntityId, BankStatementId, BlobId, SourcingEntityId};
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StatementState {
    /// It was read and waits for its analysis.
    Processing,
    Completed,
    /// It is no statement that can be used. It is kept, so that it can be told what came.
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementAction {
    /// The analysis of it is there.
    Complete,
    /// It cannot be analysed.
    Fail,
}

impl StatementAction {
    pub const ALL: &[StatementAction] = &[StatementAction::Complete, StatementAction::Fail];
}

impl StatementState {
    pub const ALL: &[StatementState] = &[StatementState::Processing, StatementState::Completed, StatementState::Failed];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            StatementState::Processing => "processing",
            StatementState::Completed => "completed",
            StatementState::Failed => "failed",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<StatementState> {
        Self::ALL.iter().copied().find(|state| state.name() == name)
    }

    /// The state after `action`, or `None` where it is refused. The match is total on purpose.
    #[must_use]
    pub fn after(self, action: StatementAction) -> Option<StatementState> {
        use StatementAction::{Complete, Fail};
        use StatementState::{Completed, Failed, Processing};
        match (self, action) {
            (Processing, Complete) => Some(Completed),
            (Processing, Fail) => Some(Failed),
            (Completed | Failed, Complete | Fail) => None,
        }
    }
}

/// Where a statement came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// A file that somebody uploaded.
    Pdf,
    /// Data of an account aggregator.
    Online,
}

impl Source {
    pub const ALL: &[Source] = &[Source::Pdf, Source::Online];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Source::Pdf => "pdf",
            Source::Online => "online",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Source> {
        Self::ALL.iter().copied().find(|source| source.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub id: BankStatementId,
    pub tenant: SourcingEntityId,
    pub entity: BankEntityId,
    /// The bank's identifier; empty where it was not recognised.
    pub bank: String,
    pub state: StatementState,
    /// Why it failed.
    pub message: Option<String>,
    pub source: Source,
    pub sha256: String,
    pub file: BlobId,
    /// What was read of it.
    pub rows: Option<BlobId>,
    pub outcome: Outcome,
    pub created_at: Instant,
    pub settled_at: Option<Instant>,
}

/// A file that came, before it is known whether it can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStatement {
    pub id: BankStatementId,
    pub tenant: SourcingEntityId,
    pub entity: BankEntityId,
    pub bank: String,
    pub source: Source,
    pub sha256: String,
    pub file: BlobId,
}

impl NewStatement {
    /// It was read, and waits for its analysis.
    #[must_use]
    pub fn read(self, rows: BlobId, outcome: Outcome, now: Instant) -> Statement {
        let read = self.filed(StatementState::Processing, now);
        Statement { rows: Some(rows), outcome, ..read }
    }

    /// It cannot be used.
    #[must_use]
    pub fn refused(self, why: &str, now: Instant) -> Statement {
        let refused = self.filed(StatementState::Failed, now);
        Statement { message: Some(why.to_owned()), settled_at: Some(now), ..refused }
    }

    fn filed(self, state: StatementState, now: Instant) -> Statement {
        let NewStatement { id, tenant, entity, bank, source, sha256, file } = self;
        Statement {
            id,
            tenant,
            entity,
            bank,
            state,
            message: None,
            source,
            sha256,
            file,
            rows: None,
            outcome: Outcome::default(),
            created_at: now,
            settled_at: None,
        }
    }
}

impl Statement {
    pub fn complete(self, now: Instant) -> Result<Statement, Refusal> {
        self.settled(StatementAction::Complete, None, now)
    }

    pub fn fail(self, why: &str, now: Instant) -> Result<Statement, Refusal> {
        self.settled(StatementAction::Fail, Some(why.to_owned()), now)
    }

    fn settled(self, action: StatementAction, message: Option<String>, now: Instant) -> Result<Statement, Refusal> {
        let state = self.state.after(action).ok_or(Code::StatementIllegalMove)?;
        Ok(Statement { state, message, settled_at: Some(now), ..self })
    }
}

/// Those of an entity's statements that its `progress` lists: a failed one is told of until a later one has succeeded.
/// The statements stand in the order in which they came.
#[must_use]
pub fn progress(statements: &[Statement]) -> Vec<&Statement> {
    let later_success = |at: usize| statements[at + 1..].iter().any(|later| later.state != StatementState::Failed);
    let is_listed =
        |(at, statement): &(usize, &Statement)| statement.state != StatementState::Failed || !later_success(*at);
    statements.iter().enumerate().filter(is_listed).map(|(_, statement)| statement).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn statement(number: u128, state: StatementState) -> Statement {
        let new = NewStatement {
            id: BankStatementId(Uuid::from_u128(number)),
            tenant: SourcingEntityId(Uuid::from_u128(1)),
            entity: BankEntityId(Uuid::from_u128(2)),
            bank: "axis".to_owned(),
            source: Source::Pdf,
            sha256: String::new(),
            file: BlobId(Uuid::from_u128(3)),
        };
        Statement { state, ..new.read(BlobId(Uuid::from_u128(4)), Outcome::default(), Instant::from_micros(0)) }
    }

    #[test]
    fn what_has_ended_stays_as_it_ended() {
        for ended in [StatementState::Completed, StatementState::Failed] {
            for action in StatementAction::ALL {
                assert_eq!(ended.after(*action), None);
            }
        }
        let failed = statement(1, StatementState::Processing).fail("no rows", Instant::from_micros(5)).unwrap();
        assert_eq!((failed.state, failed.message.as_deref()), (StatementState::Failed, Some("no rows")));
        assert_eq!(failed.complete(Instant::from_micros(6)).unwrap_err().code, Code::StatementIllegalMove);
    }

    #[test]
    fn names_read_back() {
        for state in StatementState::ALL {
            assert_eq!(StatementState::from_name(state.name()), Some(*state));
        }
        for source in Source::ALL {
            assert_eq!(Source::from_name(source.name()), Some(*source));
        }
    }

    #[test]
    fn a_failed_statement_is_told_of_until_a_later_one_succeeds() {
        use StatementState::{Completed, Failed, Processing};
        let listed = |states: &[StatementState]| {
            let all: Vec<Statement> = (0..).zip(states).map(|(number, state)| statement(number, *state)).collect();
            progress(&all).iter().map(|statement| statement.id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(listed(&[]), Vec::<u128>::new());
        assert_eq!(listed(&[Failed]), [0]);
        assert_eq!(listed(&[Completed, Failed]), [0, 1]);
        assert_eq!(listed(&[Failed, Completed]), [1]);
        assert_eq!(listed(&[Failed, Processing, Failed]), [1, 2], "it is under way and was read");
    }
}
