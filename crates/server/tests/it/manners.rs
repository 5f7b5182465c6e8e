//! The accept loop, over real sockets: nobody holds anything for long, and nothing under way is lost at the end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use qist::serve::accept::{Limits, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: qist\r\n\r\n";

struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

async fn serve(limits: Limits, routes: Router) -> Server {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (address, (stop, stopped)) = (listener.local_addr().unwrap(), watch::channel(false));
    Server { address, stop, running: tokio::spawn(run(listener, routes, limits, stopped)) }
}

async fn hello(limits: Limits) -> Server {
    serve(limits, Router::new().route("/", get(|| async { "hello" }))).await
}

/// Sends something and reads until the server closes; a reset is an end too.
async fn until_closed(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has read enough closes before everything is sent.
    let _ = stream.write_all(sent).await;
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk).await {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("{error}"),
        }
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_client_that_says_nothing_is_let_go() {
    let server = hello(Limits { first_byte: Duration::from_millis(50), ..Limits::default() }).await;
    assert_eq!(until_closed(server.address, b"").await, "");
}

#[tokio::test]
async fn headers_that_never_end_are_cut_off() {
    let server = hello(Limits { headers: Duration::from_millis(50), ..Limits::default() }).await;
    let answer = until_closed(server.address, b"GET / HTTP/1.1\r\nhost: q").await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_connection_that_has_gone_quiet_is_closed() {
    let server = hello(Limits { idle: Duration::from_millis(50), ..Limits::default() }).await;
    let answer = until_closed(server.address, ASK).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn headers_too_large_or_too_many_are_refused() {
    let server = hello(Limits::default()).await;
    let large = format!("GET / HTTP/1.1\r\nhost: qist\r\nx-a: {}\r\n\r\n", "a".repeat(400_000));
    let many = format!("GET / HTTP/1.1\r\nhost: qist\r\n{}\r\n", "x-a: b\r\n".repeat(200));
    for request in [large, many] {
        let answer = until_closed(server.address, request.as_bytes()).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test]
async fn one_address_holds_so_many_connections_and_gets_its_place_back() {
    let limits = Limits { connections_per_address_max: 2, idle: Duration::from_secs(60), ..Limits::default() };
    let server = hello(limits).await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(ASK).await.unwrap();
        assert_ne!(stream.read(&mut [0; 512]).await.unwrap(), 0);
        held.push(stream);
    }
    assert_eq!(until_closed(server.address, ASK).await, "");
    drop(held.pop());
    // The server learns of the end by itself, in its own time.
    loop {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        let asked = stream.write_all(ASK).await;
        if asked.is_ok() && stream.read(&mut [0; 512]).await.is_ok_and(|read| read > 0) {
            break;
        }
    }
}

#[tokio::test]
async fn what_is_under_way_is_finished_when_the_server_stops() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (Arc::clone(&begun), Arc::clone(&go_on));
    let slow = move || {
        let (tell, wait) = (Arc::clone(&tell), Arc::clone(&wait));
        async move {
            tell.notify_one();
            wait.notified().await;
            "finished"
        }
    };
    let server = serve(Limits::default(), Router::new().route("/", get(slow))).await;
    let asking = tokio::spawn(until_closed(server.address, ASK));
    begun.notified().await;
    server.stop.send(true).unwrap();
    // Nobody new is let in, as soon as the listener is gone.
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.notify_one();
    let answer = asking.await.unwrap();
    assert!(answer.ends_with("finished"), "{answer}");
    server.running.await.unwrap();
}
