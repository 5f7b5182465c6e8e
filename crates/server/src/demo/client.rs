//! A client of the public API, as one of the parties would write it.

use anyhow::{Context, ensure};
use axum::body::Body;
use axum::http::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// The largest answer that the demo reads.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

pub struct Http {
    base_url: String,
    client: Client<HttpConnector, Body>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub json: Value,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Http {
    pub fn new(base_url: &str) -> anyhow::Result<Http> {
        ensure!(base_url.starts_with("http://"), "the demo speaks to a development server, over http://");
        Ok(Http { base_url: base_url.to_owned(), client: Client::builder(TokioExecutor::new()).build_http() })
    }

    /// Sends a call. `path` may be a whole URL of the same server.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> anyhow::Result<Answer> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base_url) };
        let mut request = Request::builder().method(method).uri(&url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .client
            .request(request.body(Body::from(body))?)
            .await
            .with_context(|| format!("{url} does not answer"))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = axum::body::to_bytes(Body::new(response.into_body()), ANSWER_BYTES_MAX).await?.to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { status, json, headers, bytes })
    }
}

/// A form with one text field and one file, as a browser would send it.
pub fn multipart(kind: &str, file: &[u8]) -> (String, Vec<u8>) {
    const BOUNDARY: &str = "qist-demo-boundary";
    let mut body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{kind}.png\"\r\nContent-Type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}
