//! What borrowers hear by message: an SMS in the transaction of what it tells.

use qist_domain::id::{ApplicationId, MessageId};
use qist_domain::user::User;

use crate::error::Result;
use crate::ports::connector::Ask;
use crate::ports::store::{MessageRow, Tx};
use crate::providers::job::{Task, enqueue};
use crate::run::Moment;

pub(crate) async fn tell(
    at: &Moment,
    tx: &mut dyn Tx,
    user: &User,
    application: Option<ApplicationId>,
    text: String,
) -> Result<()> {
    let id = MessageId(at.uuid());
    tx.insert_message(&MessageRow {
        id,
        tenant: user.tenant,
        user: user.id,
        channel: "sms".to_owned(),
        to: user.mobile.to_string(),
        subject: String::new(),
        text: text.clone(),
        sent_at: None,
        created_at: at.now,
    })
    .await?;
    let ask = Ask::Sms { to: user.mobile.to_string(), text };
    enqueue(at, tx, user, application, &id.to_string(), Task::Ask(ask)).await?;
    Ok(())
}
