//! Sessions: a link to the hosted journey whose code works once.

use async_trait::async_trait;
use qist_domain::format::clean_text;
use qist_domain::id::SessionId;
use qist_domain::money::Paise;
use qist_domain::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};

use super::issue_token::{grant, require_eligible};
use crate::error::{Error, Result};
use crate::ports::store::{SessionRecord, Tx};
use crate::run::{Command, Moment};

/// From opening the link to redeeming its code.
const SESSION_SECONDS: i64 = 600;

#[derive(Debug, Clone)]
pub struct OpenSession {
    pub customer_id: String,
    pub redirect_url: String,
    pub source: Option<String>,
    pub hide_close: bool,
    pub withdraw_amount: Option<Paise>,
    pub transaction_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub struct OpenedSession {
    pub url: String,
}

#[async_trait]
impl Command for OpenSession {
    type Out = OpenedSession;
    const OPERATION: &'static str = "open_session";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<OpenedSession> {
        let tenant = at.partner_tenant()?;
        let entity = tx.sourcing_entity(tenant).await?.ok_or_else(|| Error::internal("a key of no sourcing entity"))?;
        check_redirect(&self.redirect_url, &entity.settings.redirect_origins, at.settings.development)?;
        let source =
            self.source.as_deref().map(|text| clean_text(text, 100).map_err(|why| Refusal::invalid("source", why)));
        let user = tx.user_by_customer(tenant, &self.customer_id).await?.ok_or(Code::UserNotFound)?;
        // Who has a line was found eligible when it was opened; whether it can be drawn on is for the line to say.
        if self.withdraw_amount.is_none() || tx.credit_line_of(tenant, user.id).await?.is_none() {
            require_eligible(at, tx, &user).await?;
        }
        let code = at.secrets.token(43);
        let session = SessionRecord {
            id: SessionId(at.uuid()),
            code_hash: at.secrets.hash("session", &code),
            tenant,
            user: user.id,
            redirect_url: self.redirect_url.clone(),
            hide_close: self.hide_close,
            transaction_id: self.transaction_id.clone(),
            withdraw_amount_paise: self.withdraw_amount.map(Paise::get),
            created_at: at.now,
            expires_at: at.now.plus_seconds(SESSION_SECONDS),
            redeemed_at: None,
        };
        if !tx.insert_session(&session).await? {
            return Err(Code::SessionTransactionExists.into());
        }
        let source = source.transpose()?;
        if user.token_changes_something(source.as_deref()) {
            tx.save_user(user.issue_token(source)?, at.now).await?;
        }
        Ok(OpenedSession { url: format!("{}/session/{code}", at.settings.base_url) })
    }
}

/// Only https (http to this machine in development), no user-info, no control characters or backslashes, and only listed
/// origins where the sourcing entity lists any.
pub(crate) fn check_redirect(url: &str, origins: &[String], development: bool) -> Result<(), Refusal> {
    let why = |why: &str| Refusal::because(Code::RedirectForbidden, format!("redirectURL {why}"));
    if url.len() > 2_000 || !url.bytes().all(|b| b.is_ascii_graphic()) || url.contains('\\') {
        return Err(why("must be a plain URL of at most 2000 characters"));
    }
    let rest = match url.split_once("://") {
        Some(("https", rest)) => rest,
        Some(("http", rest)) if development && ["localhost", "127.0.0.1"].iter().any(|host| rest.starts_with(host)) => {
            rest
        }
        _ => return Err(why("must begin with https://")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.is_empty() || authority.contains('@') {
        return Err(why("must name a host, without a user"));
    }
    let scheme = if url.starts_with("https") { "https" } else { "http" };
    let origin = format!("{scheme}://{}", authority.to_ascii_lowercase());
    if !origins.is_empty() && !origins.contains(&origin) {
        return Err(why("is not among the allowed origins"));
    }
    Ok(())
}

/// The hosted journey exchanges the code of its link for a token.
#[derive(Debug, Clone)]
pub struct RedeemSession {
    pub code: String,
}

#[derive(Serialize, Deserialize)]
pub struct RedeemedSession {
    pub token: String,
    /// For a drawdown: what is to be drawn, and under which id.
    pub withdraw_amount: Option<Paise>,
    pub transaction_id: Option<String>,
    pub redirect_url: String,
    pub hide_close: bool,
}

#[async_trait]
impl Command for RedeemSession {
    type Out = RedeemedSession;
    const OPERATION: &'static str = "redeem_session";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<RedeemedSession> {
        let hash = at.secrets.hash("session", &self.code);
        let session = tx.redeem_session(&hash, at.now).await?.ok_or(Code::SessionNotFound)?;
        let user = tx.user(session.tenant, session.user).await?.ok_or(Code::UserNotFound)?;
        let token = grant(at, tx, user, None).await?;
        Ok(RedeemedSession {
            token,
            withdraw_amount: session.withdraw_amount_paise.map(Paise::new),
            transaction_id: session.transaction_id,
            redirect_url: session.redirect_url,
            hide_close: session.hide_close,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_goes_only_where_the_sourcing_entity_allows() {
        let origins = ["https://shop.example".to_owned()];
        assert!(check_redirect("https://shop.example/back?x=1", &origins, false).is_ok());
        assert!(check_redirect("https://any.example/back", &[], false).is_ok());
        assert!(check_redirect("http://localhost:3000/back", &[], true).is_ok());
        for url in [
            "http://shop.example/back",
            "javascript:alert(1)",
            "https://shop.example.evil.com/",
            "https://shop.example@evil.com/",
            "https://evil.com\\@shop.example/",
            "//shop.example",
            "https:///x",
            "https://shop.example\r\nSet-Cookie: a",
            "http://localhost.evil.com/",
        ] {
            assert!(check_redirect(url, &origins, true).is_err(), "{url}");
        }
    }
}
