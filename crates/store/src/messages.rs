//! Messages to borrowers.

use qist_app::error::Result;
use qist_app::ports::store::MessageRow;
use qist_domain::day::Instant;
use qist_domain::id::MessageId;
use serde::{Deserialize, Serialize};

use crate::cells::Cells;
use crate::cipher::{Place, Scope};
use crate::db::{DbError, Row};
use crate::params;
use crate::tx::StoreTx;

const INSERT: &str = "
    INSERT INTO messages (id, tenant_id, user_id, channel, content, sent_at, created_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
/// The first time counts.
const MARK_SENT: &str = "UPDATE messages SET sent_at = ?2 WHERE id = ?1 AND sent_at IS NULL";
const NEWEST: &str = "
    SELECT id, tenant_id, user_id, channel, sent_at, created_at, content FROM messages
    ORDER BY created_at DESC, id DESC LIMIT ?1";

/// What is sealed of a message.
#[derive(Serialize, Deserialize)]
struct Content {
    to: String,
    subject: String,
    text: String,
}

pub(crate) async fn insert(tx: &mut StoreTx<'_, '_>, message: &MessageRow) -> Result<()> {
    let (id, tenant, user) = (message.id.to_string(), message.tenant.to_string(), message.user.to_string());
    let content = Content { to: message.to.clone(), subject: message.subject.clone(), text: message.text.clone() };
    let scope = Scope::Tenant(message.tenant);
    let content = tx.seal_json(scope, content_of(&id), &content, message.created_at).await?;
    let (sent_at, created_at) = (message.sent_at.map(Instant::micros), message.created_at.micros());
    tx.change_one(INSERT, params![&id, &tenant, &user, &message.channel, &content, sent_at, created_at]).await
}

pub(crate) async fn mark_sent(tx: &mut StoreTx<'_, '_>, id: MessageId, now: Instant) -> Result<()> {
    tx.change(MARK_SENT, params![&id.to_string(), now.micros()]).await.map(drop)
}

/// Newest first, of whichever tenant.
pub(crate) async fn newest(tx: &mut StoreTx<'_, '_>, limit: i64) -> Result<Vec<MessageRow>> {
    let mut messages = Vec::new();
    for (mut message, sealed) in tx.rows(NEWEST, params![limit], stored_row).await? {
        let id = message.id.to_string();
        let content: Content = tx.open_json(Scope::Tenant(message.tenant), content_of(&id), &sealed).await?;
        (message.to, message.subject, message.text) = (content.to, content.subject, content.text);
        messages.push(message);
    }
    Ok(messages)
}

fn content_of(id: &str) -> Place<'_> {
    Place { table: "messages", column: "content", row: id }
}

/// A message without its content, and that, sealed.
fn stored_row(row: &Row<'_>) -> std::result::Result<(MessageRow, Vec<u8>), DbError> {
    let mut cells = Cells::of("messages", row);
    let message = MessageRow {
        id: cells.parsed("id")?,
        tenant: cells.parsed("tenant_id")?,
        user: cells.parsed("user_id")?,
        channel: cells.text("channel")?,
        to: String::new(),
        subject: String::new(),
        text: String::new(),
        sent_at: cells.instant_opt("sent_at")?,
        created_at: cells.instant("created_at")?,
    };
    Ok((message, cells.get("content")?))
}
