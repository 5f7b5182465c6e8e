//! Whom to tell: creating, changing, pausing, new secrets.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qist_domain::id::WebhookEndpointId;
use qist_domain::refusal::{Code, Refusal};
use qist_domain::webhook::{Endpoint, EndpointState, NewEndpoint};
use serde::{Deserialize, Serialize};

use super::ping::Pinged;
use super::read::ReadWebhook;
use crate::caller::Caller;
use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{App, Command, IdempotencyKey, Moment};

/// Of one owner.
const ENDPOINTS_MAX: usize = 20;
/// Characters of base62: more than 256 bits.
const SECRET_CHARS: usize = 43;
const DAY_SECONDS: i64 = 86_400;

/// A new endpoint, with its secret, which is shown this once.
pub struct Created {
    pub endpoint: Endpoint,
    pub secret: String,
    pub pinged: Pinged,
}

impl App {
    /// Keeps an endpoint, and switches it on if it answers a ping.
    pub async fn create_webhook(
        &self,
        caller: Caller,
        new: NewEndpoint,
        key: Option<IdempotencyKey>,
    ) -> Result<Created> {
        self.check_webhook_url(&new.url)?;
        let command = CreateWebhook { new, secret: self.new_webhook_secret() };
        let Made { id, secret } = self.run_once(caller, command, key).await?.out;
        let pinged = self.ping_webhook(caller, id).await?;
        Ok(Created { endpoint: self.ask(caller, ReadWebhook { id }).await?, secret, pinged })
    }

    /// Replaces all that its owner says of an endpoint. Another URL is switched on once it has answered a ping.
    pub async fn replace_webhook(&self, caller: Caller, id: WebhookEndpointId, new: NewEndpoint) -> Result<Endpoint> {
        self.check_webhook_url(&new.url)?;
        self.run(caller, ChangeWebhook { id, change: Change::Replace(new) }).await?;
        let endpoint = self.ask(caller, ReadWebhook { id }).await?;
        if endpoint.state == EndpointState::Unverified {
            self.ping_webhook(caller, id).await?;
            return self.ask(caller, ReadWebhook { id }).await;
        }
        Ok(endpoint)
    }

    /// A new secret, which is shown this once; the older ones sign beside it for a while, a day unless said otherwise.
    pub async fn rotate_webhook_secret(
        &self,
        caller: Caller,
        id: WebhookEndpointId,
        overlap_seconds: Option<i64>,
        key: Option<IdempotencyKey>,
    ) -> Result<String> {
        let overlap_seconds = overlap_seconds.unwrap_or(DAY_SECONDS);
        let rotate = RotateSecret { id, secret: self.new_webhook_secret(), overlap_seconds };
        Ok(self.run_once(caller, rotate, key).await?.out)
    }

    fn check_webhook_url(&self, url: &str) -> Result<()> {
        self.courier.check(url).map_err(|why| Refusal::invalid("url", why).into())
    }

    fn new_webhook_secret(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.secrets.token(SECRET_CHARS)))
    }
}

struct CreateWebhook {
    new: NewEndpoint,
    secret: String,
}

#[derive(Serialize, Deserialize)]
struct Made {
    id: WebhookEndpointId,
    secret: String,
}

#[async_trait]
impl Command for CreateWebhook {
    type Out = Made;
    const OPERATION: &'static str = "create_webhook";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Made> {
        let owner = at.webhook_owner()?;
        if tx.webhooks_of(owner).await?.len() >= ENDPOINTS_MAX {
            return Err(Code::WebhooksTooMany.into());
        }
        let id = WebhookEndpointId(at.uuid());
        tx.insert_webhook(&Endpoint::create(id, owner, self.new.clone(), self.secret.clone(), at.now)).await?;
        Ok(Made { id, secret: self.secret.clone() })
    }
}

struct RotateSecret {
    id: WebhookEndpointId,
    secret: String,
    overlap_seconds: i64,
}

#[async_trait]
impl Command for RotateSecret {
    type Out = String;
    const OPERATION: &'static str = "rotate_webhook_secret";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<String> {
        let mut endpoint = tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?;
        endpoint.rotate(self.secret.clone(), self.overlap_seconds, at.now)?;
        tx.save_webhook(&endpoint, at.now).await?;
        Ok(self.secret.clone())
    }
}

pub enum Change {
    Replace(NewEndpoint),
    Pause,
    Resume,
    /// Nothing more is sent; what was is kept for the time of the log.
    Delete,
}

pub struct ChangeWebhook {
    pub id: WebhookEndpointId,
    pub change: Change,
}

#[async_trait]
impl Command for ChangeWebhook {
    type Out = ();
    const OPERATION: &'static str = "change_webhook";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let mut endpoint = tx.webhook(at.webhook_owner()?, self.id).await?.ok_or(Code::WebhookNotFound)?;
        match &self.change {
            Change::Replace(new) => endpoint.replace(new.clone()),
            Change::Pause => endpoint.pause()?,
            Change::Resume => endpoint.resume()?,
            Change::Delete => endpoint.state = EndpointState::Deleted,
        }
        tx.save_webhook(&endpoint, at.now).await
    }
}
