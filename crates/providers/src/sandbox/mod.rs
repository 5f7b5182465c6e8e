//! The sandbox: a simulator of every kind of provider, for demonstrations, acceptance tests and development.
//!
//! It keeps no state and asks nobody. What it answers follows from the question, the reference and the number of the
//! attempt, so that it says the same after a restart. Ordinary input succeeds; the inputs in [`PERSONAS`] make it do
//! something else. They are told apart by digits that a tester chooses freely: no PAN, account or person that exists is
//! meant, and nothing is sent anywhere.

mod markdown;
mod persona;
mod personas;
#[cfg(test)]
mod tests;
mod usual;

use async_trait::async_trait;
use qist_app::ports::connector::{Ask, AskError, Callback, Called, Connector, Reply};

pub use self::markdown::personas_markdown;
pub use self::persona::{Persona, Says, Then, When};
pub use self::personas::PERSONAS;

/// How long a persona that puts off its answer asks to be left alone.
pub const ASK_AGAIN_SECONDS: i64 = 2;

/// The simulator, for all kinds of question.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sandbox;

impl Sandbox {
    /// What it says to a question: [`Connector::ask`] without the waiting.
    pub fn reply(reference: &str, attempt: u32, ask: &Ask) -> Result<Reply, AskError> {
        let usual = || usual::answer(reference, ask);
        match PERSONAS.iter().find(|persona| persona.is_meant_by(ask)) {
            Some(persona) => persona.then.reply(attempt, ask, usual),
            None => Ok(Reply::now(usual())),
        }
    }
}

#[async_trait]
impl Connector for Sandbox {
    async fn ask(&self, reference: &str, attempt: u32, ask: &Ask) -> Result<Reply, AskError> {
        Sandbox::reply(reference, attempt, ask)
    }

    /// A sandbox never calls back, so whoever does is somebody else.
    fn read_callback(&self, _callback: Callback<'_>) -> Option<Called> {
        None
    }
}
