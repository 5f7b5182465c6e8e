//! A statement comes: it is filed under its entity, kept, and read at once, so that the answer can say whether it can be
//! used. Its password opens it here and is kept nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qist_domain::bank::{Entity, NewStatement, Source, Statement};
use qist_domain::id::{BankEntityId, BankStatementId, BlobId};
use qist_domain::refusal::{Code, Refusal};
use qist_statement::{Bank, Limits, Question, Reading, Unreadable};

use super::entities::ReadEntity;
use super::file::{FileStatement, accounts_of};
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::downloads::Scheme;
use crate::ports::reader::Format;
use crate::run::App;

/// The largest file that is accepted.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;

const TRIES_MAX: usize = 3;

/// How a file came.
#[derive(Debug, Clone)]
pub enum Sent {
    Bytes(Vec<u8>),
    Base64(String),
    Url { url: String, scheme: Scheme },
}

/// It does not print: it may hold a password.
#[derive(Clone)]
pub struct Upload {
    pub sent: Sent,
    /// The bank that it is said to be of.
    pub bank: Option<Bank>,
    /// Goes before `link_id`.
    pub entity: Option<BankEntityId>,
    pub link_id: Option<String>,
    pub password: Option<String>,
}

/// Why a statement cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    PasswordIncorrect,
    NotThisBank(Option<Bank>),
    BankNotDetected,
    NotParsable,
}

/// What came of an upload; with a fault it is filed as failed.
#[derive(Debug, Clone)]
pub struct Uploaded {
    pub entity: Entity,
    pub statement: Statement,
    pub fault: Option<Fault>,
}

impl App {
    pub async fn upload_statement(&self, caller: Caller, upload: Upload) -> Result<Uploaded> {
        let Upload { sent, bank, entity, link_id, password } = upload;
        // What no file can be is refused before anything is kept.
        let bytes = self.received(sent).await?;
        let entity = match entity {
            Some(id) => self.ask(caller, ReadEntity { id }).await?,
            None => self.create_bank_entity(caller, link_id).await?,
        };
        let format = Format::of(&bytes);
        let question = Question { password, hint: bank, today: self.clock.now().day(), limits: Limits::default() };
        let answer = self.reader.read(format, bytes.clone(), question).await?;
        let now = self.clock.now();
        let file = BlobId(self.ids.uuid(now));
        let new = NewStatement {
            id: BankStatementId(self.ids.random_uuid()),
            tenant: entity.tenant,
            entity: entity.id,
            bank: bank
                .or(answer.as_ref().ok().map(|reading| reading.bank))
                .map(Bank::identifier)
                .unwrap_or("")
                .to_owned(),
            source: if format == Format::Pdf { Source::Pdf } else { Source::Online },
            sha256: self.secrets.sha256(&bytes),
            file,
        };
        self.blobs.put(&file.to_string(), bytes).await?;
        let (statement, fault) = match answer {
            Ok(reading) => (self.keep_reading(new, &reading).await?, None),
            Err(why) => (new.refused(&why.to_string(), now), Some(fault(why, bank))),
        };
        let filing = FileStatement { entity: entity.clone(), statement };
        let mut tries = 1;
        let statement = loop {
            // The customer whose activities tell of it may have changed at the same time.
            match self.run(caller, filing.clone()).await {
                Err(error) if error.code() == Some(Code::VersionConflict) && tries < TRIES_MAX => tries += 1,
                filed => break filed?,
            }
        };
        Ok(Uploaded { entity, statement, fault })
    }

    async fn received(&self, sent: Sent) -> Result<Vec<u8>, Refusal> {
        let (field, bytes) = match sent {
            Sent::Bytes(bytes) => ("file", bytes),
            Sent::Base64(text) => ("file", decoded(&text)?),
            Sent::Url { url, scheme } => {
                let downloaded = self.downloads.download(&url, scheme, FILE_BYTES_MAX).await;
                ("file_url", downloaded.map_err(|why| Refusal::invalid("file_url", why))?)
            }
        };
        if bytes.is_empty() {
            return Err(Refusal::invalid(field, "The submitted file is empty."));
        }
        if bytes.len() > FILE_BYTES_MAX {
            return Err(Refusal::invalid(field, "The file is larger than 20 MB."));
        }
        Ok(bytes)
    }

    /// Keeps what was read, so that the analysis needs neither the file nor its password.
    async fn keep_reading(&self, new: NewStatement, reading: &Reading) -> Result<Statement> {
        let now = self.clock.now();
        let rows = BlobId(self.ids.uuid(now));
        let outcome = accounts_of(&*self.secrets, &new, reading);
        self.blobs.put(&rows.to_string(), serde_json::to_vec(reading)?).await?;
        Ok(new.read(rows, outcome, now))
    }
}

/// Base64 as clients send it: with line breaks, behind `data:…,`, and with blanks where a form has made them of plus signs.
fn decoded(text: &str) -> Result<Vec<u8>, Refusal> {
    let text = text.trim();
    let text = match text.split_once(',') {
        Some((head, rest)) if head.starts_with("data:") => rest,
        _ => text,
    };
    let plain: String = text.chars().filter(|c| !matches!(c, '\r' | '\n' | '\t')).collect();
    STANDARD.decode(plain.replace(' ', "+")).map_err(|_| Refusal::invalid("file", "It is not valid base64."))
}

fn fault(why: Unreadable, named: Option<Bank>) -> Fault {
    match why {
        Unreadable::PasswordIncorrect => Fault::PasswordIncorrect,
        Unreadable::NotThisBank { .. } => Fault::NotThisBank(named),
        Unreadable::BankNotDetected => Fault::BankNotDetected,
        Unreadable::NotParsable(_) | Unreadable::Limit(_) => Fault::NotParsable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_clients_send_it() {
        // Pluses at neither end: what is a blank there is no part of the text.
        let expected = b"sta\xfb\xef\xbetement".to_vec();
        let plain = STANDARD.encode(&expected);
        assert!(plain.contains('+'));
        for text in [
            plain.clone(),
            format!(" {plain}\n"),
            plain.replace('+', " "),
            format!("data:application/pdf;base64,{plain}"),
            format!("{}\r\n{}", &plain[..4], &plain[4..]),
        ] {
            assert_eq!(decoded(&text).unwrap(), expected, "{text:?}");
        }
        for wrong in ["%PDF-1.4", "YQ", "YQ==YQ==", "data:,%"] {
            assert_eq!(decoded(wrong).unwrap_err().field.as_deref(), Some("file"), "{wrong}");
        }
    }

    #[test]
    fn whatever_breaks_the_reader_is_an_unparsable_file() {
        use qist_statement::{Limit, NotParsable};
        assert_eq!(fault(Unreadable::Limit(Limit::Time), None), Fault::NotParsable);
        assert_eq!(fault(Unreadable::NotParsable(NotParsable::ImagesOnly), None), Fault::NotParsable);
        let other = Unreadable::NotThisBank { detected: Bank::Sbi };
        assert_eq!(fault(other, Some(Bank::Axis)), Fault::NotThisBank(Some(Bank::Axis)));
    }
}
