//! BankConnect: whose bank statements they are, how each of them stands, and how the banks do online.

mod entity;
pub mod health;
mod outcome;
mod session;
mod statement;

pub use entity::{Entity, LINK_ID_CHARS_MAX};
pub use outcome::{Account, Outcome};
pub use session::{NewSession, Session};
pub use statement::{NewStatement, Source, Statement, StatementAction, StatementState, progress};
