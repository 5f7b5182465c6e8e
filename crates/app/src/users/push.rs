//! Partner push: what the sourcing entity knows about a customer before the journey starts.

use async_trait::async_trait;
use qist_domain::refusal::{Code, Refusal};
use qist_domain::user::PartnerData;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::ports::store::Tx;
use crate::run::{Command, Moment};

#[derive(Debug, Clone)]
pub struct PushPartnerData {
    pub customer_id: String,
    /// Already checked for format.
    pub data: PartnerData,
}

#[async_trait]
impl Command for PushPartnerData {
    type Out = ();
    const OPERATION: &'static str = "push_partner_data";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let tenant = at.partner_tenant()?;
        let user = tx.user_by_customer(tenant, &self.customer_id).await?.ok_or(Code::UserNotFound)?;
        let programme =
            tx.programme_of(tenant).await?.ok_or_else(|| Error::internal("a sourcing entity without programme"))?;
        let mut data = self.data.clone();
        // Fields that the programme does not know are ignored, as on every route of the contract.
        data.fields.retain(|key, _| programme.settings.partner_fields.contains(key));
        if let Some((field, value)) = data.fields.iter().find(|(_, value)| !is_plain(value)) {
            return Err(Refusal {
                code: Code::InvalidField,
                field: Some(field.clone()),
                message: format!("Invalid {field}, passed value: {value}"),
            }
            .into());
        }
        let user_id = user.id;
        tx.save_user(user.push(data)?, at.now).await?;
        tx.forget_eligibility(user_id).await
    }
}

/// A number, a boolean, or a text that is not overlong: anything else has no place in a policy.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => qist_domain::format::clean_text(text, 500).is_ok(),
        Value::Number(number) => number.to_string().len() <= 30,
        Value::Bool(_) => true,
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}
