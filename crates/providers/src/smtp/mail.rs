//! One message, put together so that nothing in it can become a header or a recipient of its own.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use qist_app::ports::connector::AskError;
use qist_domain::day::Instant;
use qist_domain::format::Email;

use crate::config::ConfigError;

const REFERENCE_LENGTH_MAX: usize = 128;
const SUBJECT_LENGTH_MAX: usize = 200;
const TEXT_BYTES_MAX: usize = 64 << 10;

/// Whom messages come from.
pub(super) struct Sender(Mailbox);

impl Sender {
    pub(super) fn parse(from: &str) -> Result<Sender, ConfigError> {
        let wrong = || ConfigError::wrong("the sender of e-mail", "must be an address, or a name and <address>");
        let mailbox: Mailbox = from.parse().map_err(|_| wrong())?;
        if Email::parse(mailbox.email.as_ref()).is_err() || from.contains(char::is_control) {
            return Err(wrong());
        }
        Ok(Sender(mailbox))
    }

    pub(super) fn domain(&self) -> &str {
        self.0.email.domain()
    }

    /// Puts a message together, or says why these parts do not make one.
    pub(super) fn message(
        &self,
        reference: &str,
        to: &str,
        subject: &str,
        text: &str,
        now: Instant,
    ) -> Result<Message, AskError> {
        let rejected = |why: &str| AskError::Rejected(why.to_owned());
        let address = Email::parse(to).map_err(|_| rejected("the recipient is not an e-mail address"))?;
        let to = address.as_str().parse().map_err(|_| rejected("the recipient is not an e-mail address"))?;
        if !is_plain(reference) {
            return Err(rejected("the reference cannot stand in a Message-ID"));
        }
        if subject.is_empty() || subject.chars().count() > SUBJECT_LENGTH_MAX || subject.contains(char::is_control) {
            return Err(rejected("the subject must be one line of 1 to 200 characters"));
        }
        let is_odd = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t');
        if text.len() > TEXT_BYTES_MAX || text.contains(is_odd) {
            return Err(rejected("the text must be plain text of at most 64 KiB"));
        }
        Message::builder()
            .from(self.0.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(system_time(now))
            .message_id(Some(format!("<{reference}@{}>", self.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .map_err(|_| rejected("the message cannot be put together"))
    }
}

fn is_plain(reference: &str) -> bool {
    (1..=REFERENCE_LENGTH_MAX).contains(&reference.len())
        && reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn system_time(now: Instant) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(now.micros().max(0).unsigned_abs())
}
