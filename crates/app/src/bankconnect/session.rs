//! Hosted uploads: an integrator opens a page for somebody, who uploads a statement there or leaves.

use async_trait::async_trait;
use qist_domain::bank::{NewSession, Session};
use qist_domain::id::ApiKeyId;
use qist_domain::refusal::{Code, Refusal};
use qist_statement::Bank;
use uuid::Uuid;

use super::upload::{Sent, Upload, Uploaded};
use crate::access::open_session::check_redirect;
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{App, Command, Moment, Query, Reading};

const CODE_PURPOSE: &str = "bank_session";

impl App {
    /// Opens a page. The answer is its id, which is the only thing that opens it.
    pub async fn open_bank_session(&self, caller: Caller, new: NewSession) -> Result<String> {
        let id = self.ids.random_uuid().to_string();
        self.run(caller, OpenSession { code_hash: self.secrets.hash(CODE_PURPOSE, &id), new }).await?;
        Ok(id)
    }

    /// A page that can be used.
    pub async fn bank_session(&self, id: &str) -> Result<Session> {
        let found = self.ask(Caller::System, FindSession { code_hash: self.secrets.hash(CODE_PURPOSE, id) }).await?;
        let live = found.filter(|session| session.is_live(self.clock.now()));
        Ok(live.ok_or(Code::SessionNotFound)?)
    }

    /// A statement comes by the page. One that can be used ends the session.
    pub async fn upload_to_bank_session(
        &self,
        id: &str,
        bytes: Vec<u8>,
        bank: Option<Bank>,
        password: Option<String>,
    ) -> Result<(Session, Uploaded)> {
        let session = self.bank_session(id).await?;
        let named = session.bank.as_deref().and_then(Bank::identified);
        let upload = Upload {
            sent: Sent::Bytes(bytes),
            bank: named.or(bank),
            entity: None,
            link_id: Some(session.link_id.clone()),
            password,
        };
        let caller = Caller::Partner { tenant: session.tenant, key: ApiKeyId(Uuid::nil()) };
        let uploaded = self.upload_statement(caller, upload).await?;
        if uploaded.fault.is_none() {
            self.end_bank_session(id).await?;
        }
        Ok((session, uploaded))
    }

    /// Somebody leaves without a statement.
    pub async fn leave_bank_session(&self, id: &str) -> Result<Session> {
        let session = self.bank_session(id).await?;
        self.end_bank_session(id).await?;
        Ok(session)
    }

    async fn end_bank_session(&self, id: &str) -> Result<()> {
        self.run(Caller::System, EndSession { code_hash: self.secrets.hash(CODE_PURPOSE, id) }).await
    }
}

struct OpenSession {
    code_hash: String,
    new: NewSession,
}

#[async_trait]
impl Command for OpenSession {
    type Out = ();
    const OPERATION: &'static str = "open_bank_session";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let tenant = at.partner_tenant()?;
        if let Some(url) = &self.new.redirect_url {
            let entity = tx.sourcing_entity(tenant).await?.ok_or(crate::error::Error::Unauthenticated)?;
            check_redirect(url, &entity.settings.redirect_origins, at.settings.development)
                .map_err(|refusal| Refusal::invalid("redirect_url", refusal.message.replace("redirectURL ", "")))?;
        }
        let session = Session::open(tenant, self.new.clone(), at.now)?;
        tx.insert_bank_session(&self.code_hash, &session).await
    }
}

struct FindSession {
    code_hash: String,
}

#[async_trait]
impl Query for FindSession {
    type Out = Option<Session>;
    const READING: Reading = Reading::LookUp;

    async fn run(&self, _at: &Moment, tx: &mut dyn Tx) -> Result<Option<Session>> {
        tx.find_any_bank_session(&self.code_hash).await
    }
}

struct EndSession {
    code_hash: String,
}

#[async_trait]
impl Command for EndSession {
    type Out = ();
    const OPERATION: &'static str = "end_bank_session";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        // Ended twice is ended.
        tx.end_bank_session(&self.code_hash, at.now).await.map(drop)
    }
}
