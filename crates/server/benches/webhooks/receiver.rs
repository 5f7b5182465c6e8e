//! A receiver with 10 ms of think time that notes when each customer's message began to arrive, and one that hangs.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;

const THINK: Duration = Duration::from_millis(10);

#[derive(Default)]
pub struct Seen {
    pub count: AtomicUsize,
    /// When a customer's message came.
    pub at: Mutex<HashMap<String, Instant>>,
    /// Whether `at` is kept.
    pub noting: std::sync::atomic::AtomicBool,
}

/// Its URL without a slash at the end; paths that begin with `/hang` are never answered.
pub async fn start(seen: Arc<Seen>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            stream.set_nodelay(true).expect("a socket option");
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, Arc::clone(&seen)));
                // A connection that the other side gives up has done its work.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    url
}

async fn answer(request: Request<Incoming>, seen: Arc<Seen>) -> Result<Response<Body>, Infallible> {
    let began = Instant::now();
    let is_ping = !request.headers().contains_key("webhook-sequence");
    if !is_ping && request.uri().path().starts_with("/hang") {
        std::future::pending::<()>().await;
    }
    let body = to_bytes(Body::new(request.into_body()), 65_536).await.unwrap_or_default();
    if !is_ping {
        if seen.noting.load(Ordering::Relaxed) {
            let body: Value = serde_json::from_slice(&body).expect("JSON");
            let customer = body["customerID"].as_str().expect("a customer").to_owned();
            seen.at.lock().expect("a lock").insert(customer, began);
        }
        tokio::time::sleep(THINK).await;
        seen.count.fetch_add(1, Ordering::Relaxed);
    }
    Ok(Response::new(Body::empty()))
}
