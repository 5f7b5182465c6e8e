//! An HTTP server that plays a provider: a script decides what it does with each request, well or badly.

mod body;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::BodyExt;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use self::body::Played;
use crate::certificate::SelfSigned;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub enum Act {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// Takes the request and never answers.
    Hang,
    /// Answers 200 at once, then sends one byte of the body every 10 ms and never ends it.
    Drip,
    /// Announces a longer body than it sends, and closes the connection.
    Cut,
}

impl Act {
    #[must_use]
    pub fn answer(status: u16, body: impl Into<Vec<u8>>) -> Act {
        Act::Answer { status, headers: Vec::new(), body: body.into() }
    }
}

const LOOPBACK: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

type Script = dyn Fn(usize, &Received) -> Act + Send + Sync;

/// The running server. It stops when this value is dropped.
pub struct Vendor {
    /// Without a slash at the end.
    pub url: String,
    /// What a client has to trust, where it speaks https.
    pub pem: Option<String>,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

struct State {
    script: Box<Script>,
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
}

impl Vendor {
    /// Starts a server on 127.0.0.1. The script is given the number of the request, from 1, and the request.
    pub async fn start(script: impl Fn(usize, &Received) -> Act + Send + Sync + 'static) -> io::Result<Vendor> {
        Vendor::start_on(LOOPBACK, script).await
    }

    /// The same on an address of the test's choosing; port 0 is any port.
    pub async fn start_on(
        address: impl Into<SocketAddr>,
        script: impl Fn(usize, &Received) -> Act + Send + Sync + 'static,
    ) -> io::Result<Vendor> {
        Vendor::listen(address.into(), Box::new(script), None).await
    }

    /// A server on 127.0.0.1 with TLS, at `https://localhost:<port>`.
    pub async fn start_tls(script: impl Fn(usize, &Received) -> Act + Send + Sync + 'static) -> io::Result<Vendor> {
        Vendor::listen(LOOPBACK.into(), Box::new(script), Some(SelfSigned::make()?)).await
    }

    /// The requests so far, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many connections were opened, whether or not a request came through them.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    async fn listen(address: SocketAddr, script: Box<Script>, tls: Option<SelfSigned>) -> io::Result<Vendor> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let url = match &tls {
            Some(_) => format!("https://localhost:{}", address.port()),
            None => format!("http://{address}"),
        };
        let pem = tls.as_ref().map(|tls| tls.pem.clone());
        let state = Arc::new(State { script, received: Mutex::default(), connections: AtomicUsize::new(0) });
        let accepting = tokio::spawn(accept(listener, tls, Arc::clone(&state)));
        Ok(Vendor { url, pem, state, accepting })
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, tls: Option<SelfSigned>, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        state.connections.fetch_add(1, Ordering::SeqCst);
        let (state, acceptor) = (Arc::clone(&state), tls.as_ref().map(|tls| tls.acceptor.clone()));
        tokio::spawn(async move {
            match acceptor {
                None => serve(stream, state).await,
                // A client that does not trust the certificate breaks off here.
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        serve(stream, state).await;
                    }
                }
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, state: Arc<State>) {
    let service = service_fn(move |request| {
        let state = Arc::clone(&state);
        async move { Ok::<_, Infallible>(state.play(request).await) }
    });
    // The connection breaks where the script or the client breaks it: that is what is being tested.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

impl State {
    async fn play(&self, request: Request<Incoming>) -> Response<Played> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes().to_vec()).unwrap_or_default();
        let value = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let received = Received {
            method: head.method.to_string(),
            target: head.uri.to_string(),
            headers: head.headers.iter().map(|(name, text)| (name.to_string(), value(text))).collect(),
            body,
        };
        let number = {
            let mut all = self.received.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(received.clone());
            all.len()
        };
        match (self.script)(number, &received) {
            Act::Answer { status, headers, body } => {
                let builder = Response::builder().status(status);
                let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value));
                builder.body(Played::Whole(Bytes::from(body))).unwrap_or_else(|_| Response::new(Played::Cut))
            }
            Act::Hang => std::future::pending().await,
            Act::Drip => Response::new(Played::Drip(tokio::time::interval(body::DRIP_PERIOD))),
            Act::Cut => Response::new(Played::Cut),
        }
    }
}
