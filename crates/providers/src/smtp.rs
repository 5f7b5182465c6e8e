//! Messages by SMTP: e-mail goes out directly; SMS goes to a vendor by signed HTTP, where one is set.

mod config;
mod mail;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use qist_app::ports::clock::Clock;
use qist_app::ports::connector::{Answer, Ask, AskError, Callback, Called, Connector, ProviderKind, Reply};

pub use self::config::{Protection, SmtpConfig};
use self::mail::Sender;
use crate::config::{ConfigError, Environment};
use crate::signed_http::SignedHttp;
use crate::trust::Trust;

/// A mail server to hand messages to.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Sender,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    sms: Option<SignedHttp>,
}

impl Smtp {
    /// `sms` takes the text messages; without it they are refused.
    pub fn new(
        config: &SmtpConfig,
        environment: Environment<'_>,
        trust: &Trust,
        clock: Arc<dyn Clock>,
        sms: Option<SignedHttp>,
    ) -> Result<Smtp, ConfigError> {
        let sender = Sender::parse(&config.from)?;
        let timeout = config.timeout()?;
        let transport = config.transport(environment, trust, &sender)?;
        Ok(Smtp { transport, sender, timeout, clock, sms })
    }

    /// Hands one message over. A repetition under the same reference carries the same Message-ID, so that the mailbox
    /// can tell.
    async fn send(&self, reference: &str, to: &str, subject: &str, text: &str) -> Result<Reply, AskError> {
        let message = self.sender.message(reference, to, subject, text, self.clock.now())?;
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(Reply::now(Answer::MessageSent)),
            Ok(Err(error)) => Err(failed(&error)),
            Err(_) => Err(AskError::TimedOut),
        }
    }
}

#[async_trait]
impl Connector for Smtp {
    async fn ask(&self, reference: &str, attempt: u32, ask: &Ask) -> Result<Reply, AskError> {
        match (ask, &self.sms) {
            (Ask::Email { to, subject, text }, _) => self.send(reference, to, subject, text).await,
            (Ask::Sms { .. }, Some(sms)) => sms.ask(reference, attempt, ask).await,
            (Ask::Sms { .. }, None) => Err(AskError::Rejected("no connector is set for SMS".to_owned())),
            (other, _) => Err(AskError::Rejected(format!("a {} was given to the mail server", other.kind().name()))),
        }
    }

    fn read_callback(&self, callback: Callback<'_>) -> Option<Called> {
        self.sms.as_ref()?.read_callback(callback)
    }
}

/// Only the code of a refusal is kept: servers like to quote the recipient in the text.
fn failed(error: &lettre::transport::smtp::Error) -> AskError {
    let code = error.status().map_or_else(|| "without a code".to_owned(), |code| code.to_string());
    if error.is_permanent() {
        AskError::Rejected(format!("the mail server refused: {code}"))
    } else if error.is_transient() {
        AskError::Unavailable(format!("the mail server put it off: {code}"))
    } else if error.is_timeout() {
        AskError::TimedOut
    } else if error.is_tls() {
        AskError::Unavailable("no protected connection to the mail server".to_owned())
    } else {
        AskError::Unavailable("the mail server cannot be reached".to_owned())
    }
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({})", ProviderKind::Message.name())
    }
}
