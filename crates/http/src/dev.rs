//! Doors of development servers: what was sent to borrowers, so that a developer without a phone can read an OTP.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use qist_app::caller::Caller;
use qist_app::messages::ReadDevelopmentMessages;
use qist_app::ports::store::MessageRow;
use serde::Serialize;

use crate::error::Own;
use crate::router::Api;

const MESSAGES_MAX: i64 = 100;

/// To be mounted on development servers alone.
pub fn routes() -> Router<Api> {
    Router::new().route("/dev/messages", get(messages)).route("/dev/messages.json", get(messages_json))
}

#[derive(Serialize)]
struct MessagesData {
    /// The newest first.
    messages: Vec<MessageData>,
}

#[derive(Serialize)]
struct MessageData {
    /// `YYYY-MM-DD HH:MM:SS`, IST.
    time: String,
    /// `sms` or `email`.
    channel: String,
    to: String,
    /// Empty where the channel has none.
    subject: String,
    text: String,
    /// Whether the provider has taken it.
    sent: bool,
}

async fn messages(state: State<Api>, headers: HeaderMap) -> Result<Response, Own> {
    if wants_json(headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("")) {
        return Ok(messages_json(state).await?.into_response());
    }
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let headers = [(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Html(page(&newest(&state).await?))).into_response())
}

/// A browser, which takes anything, gets the page.
fn wants_json(accept: &str) -> bool {
    accept.contains("application/json") && !accept.contains("text/html")
}

async fn messages_json(State(api): State<Api>) -> Result<Json<MessagesData>, Own> {
    Ok(Json(MessagesData { messages: newest(&api).await? }))
}

async fn newest(api: &Api) -> Result<Vec<MessageData>, Own> {
    let rows = api.app.ask(Caller::System, ReadDevelopmentMessages { limit: MESSAGES_MAX }).await?;
    Ok(rows.into_iter().map(shape).collect())
}

fn shape(row: MessageRow) -> MessageData {
    MessageData {
        time: row.created_at.ist_text(),
        channel: row.channel,
        to: row.to,
        subject: row.subject,
        text: row.text,
        sent: row.sent_at.is_some(),
    }
}

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>Messages – development server</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; justify-content: space-between; }
h1 { font-size: 1.25rem; margin: 0; }
ol { list-style: none; margin: 1rem 0; padding: 0; }
li { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 .75rem; }
p { margin: 0; overflow-wrap: anywhere; }
.about { font-size: .875rem; opacity: .75; }
.subject { font-weight: 600; }
.text { white-space: pre-wrap; }
</style>
</head>
<body>
<header><h1>Messages to borrowers</h1><p><a href=\"/dev/messages\">Reload</a> · <a href=\"/dev/messages.json\">JSON</a></p></header>
<p class=\"about\">The newest first; times are in India. Only a development server shows this page.</p>
";

fn page(messages: &[MessageData]) -> String {
    let mut html = String::from(HEAD);
    if messages.is_empty() {
        html.push_str("<p>No message has been written yet.</p>\n");
    } else {
        html.push_str("<ol>\n");
        messages.iter().for_each(|message| html.push_str(&item(message)));
        html.push_str("</ol>\n");
    }
    html.push_str("</body>\n</html>\n");
    html
}

fn item(message: &MessageData) -> String {
    let [time, channel, to, text] = [&message.time, &message.channel, &message.to, &message.text].map(|t| escape(t));
    let subject = match message.subject.as_str() {
        "" => String::new(),
        subject => format!("<p class=\"subject\">{}</p>", escape(subject)),
    };
    let waiting = if message.sent { "" } else { " · not sent yet" };
    format!(
        "<li><p class=\"about\"><time>{time}</time> · {channel} to {to}{waiting}</p>{subject}<p class=\"text\">{text}</p></li>\n"
    )
}

/// Text as HTML shows it, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> MessageData {
        MessageData {
            time: "2021-02-03 10:15:00".into(),
            channel: "sms".into(),
            to: "9999999999".into(),
            subject: String::new(),
            text: text.into(),
            sent: true,
        }
    }

    #[test]
    fn a_message_is_shown_as_text_and_never_as_markup() {
        let page = page(&[message("<script>alert('1')</script> & \"more\"")]);
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;"));
        assert!(!page.contains("<script"));
    }

    #[test]
    fn only_who_asks_for_json_and_not_for_a_page_gets_json() {
        assert!(wants_json("application/json") && wants_json("application/json, */*;q=0.5"));
        assert!(!wants_json("text/html,application/xhtml+xml,*/*;q=0.8") && !wants_json("*/*") && !wants_json(""));
        assert!(!wants_json("text/html, application/json;q=0.9"));
    }

    #[test]
    fn the_page_asks_no_other_origin_for_anything() {
        let page = page(&[message("483921 is your code")]);
        assert!(page.contains("483921 is your code"));
        assert!(!page.contains("://") && !page.contains("src=") && !page.contains("url("));
    }

    #[test]
    fn a_server_that_has_sent_nothing_says_so() {
        assert!(page(&[]).contains("No message has been written yet."));
    }
}
