//! Many connections that ask one question after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

pub struct Target {
    pub path: String,
    /// JSON to send; without, it is a GET.
    pub body: Option<String>,
}

pub struct Figures {
    pub per_second: f64,
    pub p50_millis: f64,
    pub p99_millis: f64,
}

/// One connection.
pub async fn connect(address: &str) -> SendRequest<Body> {
    let stream = TcpStream::connect(address).await.expect("the server accepts");
    stream.set_nodelay(true).expect("a socket option");
    let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("the server speaks HTTP");
    tokio::spawn(connection);
    sender
}

/// Asks, and answers the body of a 200.
pub async fn ask(sender: &mut SendRequest<Body>, address: &str, target: &Target) -> Vec<u8> {
    let request = Request::builder()
        .method(if target.body.is_some() { "POST" } else { "GET" })
        .uri(&target.path)
        .header("host", address)
        .header("x-api-key", "dev-acme-server-key")
        .header("content-type", "application/json")
        .body(target.body.clone().map_or_else(Body::empty, Body::from))
        .expect("a request");
    sender.ready().await.expect("the connection lives");
    let response = sender.send_request(request).await.expect("an answer");
    let status = response.status();
    let body = axum::body::to_bytes(Body::new(response.into_body()), usize::MAX).await.expect("a body");
    assert_eq!(status, 200, "{}: {}", target.path, String::from_utf8_lossy(&body));
    body.to_vec()
}

/// Asks the targets in turn for so many seconds, after a second of warming up.
pub async fn measure(address: &str, targets: Arc<Vec<Target>>, connections: usize, seconds: u64) -> Figures {
    let next = Arc::new(AtomicUsize::new(0));
    let begin = Instant::now() + Duration::from_secs(1);
    let end = begin + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (address, targets, next) = (address.to_owned(), Arc::clone(&targets), Arc::clone(&next));
            tokio::spawn(async move {
                let mut sender = connect(&address).await;
                let mut micros = Vec::new();
                loop {
                    let target = &targets[next.fetch_add(1, Ordering::Relaxed) % targets.len()];
                    let asked = Instant::now();
                    ask(&mut sender, &address, target).await;
                    let answered = Instant::now();
                    if answered >= end {
                        return micros;
                    }
                    if asked >= begin {
                        micros.push((answered - asked).as_micros());
                    }
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("a connection that ended well"));
    }
    all.sort_unstable();
    let at = |percent: usize| all.get(all.len() * percent / 100).map_or(0.0, |micros| *micros as f64 / 1_000.0);
    Figures { per_second: all.len() as f64 / seconds as f64, p50_millis: at(50), p99_millis: at(99) }
}
