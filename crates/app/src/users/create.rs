//! Create User.

use async_trait::async_trait;
use qist_domain::format::{Mobile, clean_text};
use qist_domain::id::UserId;
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::User;

use crate::error::Result;
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

const CUSTOMER_ID_CHARS_MAX: usize = 50;

#[derive(Debug, Clone)]
pub struct CreateUser {
    pub customer_id: String,
    pub mobile: String,
}

#[async_trait]
impl Command for CreateUser {
    type Out = UserId;
    const OPERATION: &'static str = "create_user";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<UserId> {
        let tenant = at.partner_tenant()?;
        let customer_id = customer_id(&self.customer_id)?;
        let mobile = Mobile::parse(self.mobile.trim()).map_err(|_| Code::InvalidMobile)?;
        let id = UserId(at.uuid());
        tx.save_user(User::create(id, tenant, customer_id, mobile, at.now), at.now).await?;
        Ok(id)
    }
}

/// A sourcing entity's own id of a customer: any text of at most 50 characters.
pub fn customer_id(text: &str) -> Result<String, Refusal> {
    if text.trim().chars().count() > CUSTOMER_ID_CHARS_MAX {
        let message = "customerID cannot exceed 50 characters".to_owned();
        return Err(Refusal { code: Code::InvalidField, field: Some("customerID".into()), message });
    }
    clean_text(text, CUSTOMER_ID_CHARS_MAX).map_err(|why| Refusal::invalid("customerID", why))
}
