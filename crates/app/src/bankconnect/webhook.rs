//! Where a sourcing entity wants to hear how statements ended.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use qist_domain::refusal::Refusal;

use crate::caller::Caller;
use crate::error::Result;
use crate::ports::store::{BankWebhook, BankWebhookMode, Tx};
use crate::run::{App, Command, Moment};

/// Characters of base62: more than 256 bits.
const SECRET_CHARS: usize = 43;

impl App {
    /// Sets the address. The answer is the secret that signs what goes there, where it is a new one: the address is another,
    /// or the first.
    pub async fn set_bank_webhook(&self, caller: Caller, url: String, mode: BankWebhookMode) -> Result<Option<String>> {
        self.courier.check(&url).map_err(|why| Refusal::invalid("webhook_url", why))?;
        let secret = format!("whsec_{}", STANDARD.encode(self.secrets.token(SECRET_CHARS)));
        self.run(caller, SetWebhook { webhook: BankWebhook { url, secret }, mode }).await
    }
}

struct SetWebhook {
    webhook: BankWebhook,
    mode: BankWebhookMode,
}

#[async_trait]
impl Command for SetWebhook {
    type Out = Option<String>;
    const OPERATION: &'static str = "set_bank_webhook";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Option<String>> {
        let mut settings = tx.bank_settings(at.partner_tenant()?).await?;
        settings.webhook_mode = self.mode;
        let same = settings.webhook.as_ref().is_some_and(|known| known.url == self.webhook.url);
        if !same {
            settings.webhook = Some(self.webhook.clone());
        }
        tx.save_bank_settings(&settings, at.now).await?;
        Ok((!same).then(|| self.webhook.secret.clone()))
    }
}
