//! Generate Token: lets an eligible customer's app into the borrower API.

use async_trait::async_trait;
use qist_domain::format::clean_text;
use qist_domain::id::TokenId;
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::User;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::ports::store::{TokenRecord, Tx};
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct IssueToken {
    pub customer_id: String,
    /// Where the customer comes from, for tracking.
    pub source: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub struct IssuedToken {
    /// 64 characters of base62; only its hash is stored.
    pub token: String,
}

#[async_trait]
impl Command for IssueToken {
    type Out = IssuedToken;
    const OPERATION: &'static str = "issue_token";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<IssuedToken> {
        let tenant = at.partner_tenant()?;
        let user = tx.user_by_customer(tenant, &self.customer_id).await?.ok_or(Code::UserNotFound)?;
        require_eligible(at, tx, &user).await?;
        let source =
            self.source.as_deref().map(|text| clean_text(text, 100).map_err(|why| Refusal::invalid("source", why)));
        let token = grant(at, tx, user, source.transpose()?).await?;
        Ok(IssuedToken { token })
    }
}

/// A fresh token for a customer. Earlier ones stay valid.
pub(crate) async fn grant(at: &Moment, tx: &mut dyn Tx, user: User, source: Option<String>) -> Result<String> {
    let token = at.secrets.token(64);
    tx.insert_token(&TokenRecord {
        id: TokenId(at.uuid()),
        hash: at.secrets.hash("user_token", &token),
        tenant: user.tenant,
        user: user.id,
        created_at: at.now,
        expires_at: at.now.plus_seconds(at.settings.token_seconds),
    })
    .await?;
    if user.token_changes_something(source.as_deref()) {
        tx.save_user(user.issue_token(source)?, at.now).await?;
    }
    Ok(token)
}

/// Refuses a customer without a live eligibility, and one who is not eligible.
pub(crate) async fn require_eligible(at: &Moment, tx: &mut dyn Tx, user: &User) -> Result<()> {
    match tx.eligibility(user.id).await?.filter(|eligibility| at.now < eligibility.expires_at) {
        None => Err(Code::EligibilityMissing.into()),
        Some(eligibility) if !eligibility.eligible => Err(Code::NotEligible.into()),
        Some(_) => Ok(()),
    }
}
