//! A mail server that keeps what it is sent: RFC 5321 as the `mailin` state machine speaks it, over TCP or TLS.
//!
//! Three recipients are special: `nobody@…` does not exist, `busy@…` can be tried again later, and for `silent@…` the
//! server stops answering.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder, response};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::certificate::SelfSigned;

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    Plain,
    /// Plain at first; the client asks for TLS.
    Starttls,
    /// TLS from the first byte.
    Tls,
}

/// A message as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Headers and body as they arrived, dots unstuffed.
    pub data: Vec<u8>,
    /// The user who had logged in.
    pub user: Option<String>,
}

/// The running server. It stops when this value is dropped.
pub struct MailServer {
    pub host: String,
    pub port: u16,
    /// What a client has to trust.
    pub pem: Option<String>,
    mails: Arc<Mutex<Vec<Mail>>>,
    accepting: JoinHandle<()>,
}

/// A user name and password.
pub type Login = (&'static str, &'static str);

impl MailServer {
    /// Starts a server on `localhost`. Where a login is given, nobody else may send.
    pub async fn start(protection: Protection, login: Option<Login>) -> io::Result<MailServer> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let port = listener.local_addr()?.port();
        let tls = match protection {
            Protection::Plain => None,
            Protection::Starttls | Protection::Tls => Some(SelfSigned::make()?),
        };
        let mut builder = SessionBuilder::new("mail.test");
        if protection == Protection::Starttls {
            builder.enable_start_tls();
        }
        if login.is_some() {
            builder.enable_auth(AuthMechanism::Plain);
        }
        let pem = tls.as_ref().map(|tls| tls.pem.clone());
        let mails = Arc::new(Mutex::new(Vec::new()));
        let acceptor = tls.map(|tls| tls.acceptor);
        let accepting = tokio::spawn(accept(listener, builder, protection, acceptor, login, Arc::clone(&mails)));
        Ok(MailServer { host: "localhost".to_owned(), port, pem, mails, accepting })
    }

    /// What was accepted so far, in order.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(
    listener: TcpListener,
    builder: SessionBuilder,
    protection: Protection,
    acceptor: Option<TlsAcceptor>,
    login: Option<Login>,
    mails: Arc<Mutex<Vec<Mail>>>,
) {
    while let Ok((stream, peer)) = listener.accept().await {
        let inbox = Inbox { login, mails: Arc::clone(&mails), mail: Mail::empty(), user: None };
        let session = builder.build(peer.ip(), inbox);
        let acceptor = acceptor.clone();
        // A client may break off wherever it likes; what counts is what was accepted.
        tokio::spawn(async move {
            let _ = serve(stream, session, protection, acceptor).await;
        });
    }
}

async fn serve(
    stream: TcpStream,
    mut session: Session<Inbox>,
    protection: Protection,
    acceptor: Option<TlsAcceptor>,
) -> io::Result<()> {
    match (protection, acceptor) {
        (Protection::Tls, Some(acceptor)) => {
            session.tls_active();
            converse(acceptor.accept(stream).await?, &mut session, true).await.map(drop)
        }
        (_, acceptor) => {
            let plain = converse(stream, &mut session, true).await?;
            let (Some(stream), Some(acceptor)) = (plain, acceptor) else { return Ok(()) };
            let stream = acceptor.accept(stream).await?;
            session.tls_active();
            converse(stream, &mut session, false).await.map(drop)
        }
    }
}

/// Answers line by line until the end, or until TLS is to begin: then the stream is given back.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    session: &mut Session<Inbox>,
    greet: bool,
) -> io::Result<Option<S>> {
    let mut stream = BufReader::new(stream);
    if greet {
        stream.write_all(&session.greeting().buffer()?).await?;
        stream.flush().await?;
    }
    let mut line = Vec::new();
    while stream.read_until(b'\n', &mut line).await? > 0 {
        let answer = session.process(&line);
        line.clear();
        if answer.code == SILENCE {
            std::future::pending::<()>().await;
        }
        stream.write_all(&answer.buffer()?).await?;
        stream.flush().await?;
        match answer.action {
            Action::Close => return Ok(None),
            Action::UpgradeTls => return Ok(Some(stream.into_inner())),
            Action::Reply | Action::NoReply => {}
        }
    }
    Ok(None)
}

/// A code that no client is ever sent.
const SILENCE: u16 = 599;

struct Inbox {
    login: Option<Login>,
    mails: Arc<Mutex<Vec<Mail>>>,
    mail: Mail,
    user: Option<String>,
}

impl Mail {
    fn empty() -> Mail {
        Mail { from: String::new(), to: Vec::new(), data: Vec::new(), user: None }
    }
}

impl Handler for Inbox {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, from: &str) -> Response {
        self.mail = Mail { from: from.to_owned(), user: self.user.clone(), ..Mail::empty() };
        if self.login.is_some() && self.user.is_none() { response::AUTHENTICATION_REQUIRED } else { response::OK }
    }

    fn rcpt(&mut self, to: &str) -> Response {
        match to.split_once('@').map(|(local, _)| local) {
            Some("nobody") => response::NO_MAILBOX,
            Some("busy") => response::OUT_OF_SPACE,
            Some("silent") => Response::custom(SILENCE, String::new()),
            _ => {
                self.mail.to.push(to.to_owned());
                response::OK
            }
        }
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.mail.data.extend_from_slice(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = std::mem::replace(&mut self.mail, Mail::empty());
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail);
        response::OK
    }

    fn auth_plain(&mut self, _authorization: &str, user: &str, password: &str) -> Response {
        if self.login != Some((user, password)) {
            return response::INVALID_CREDENTIALS;
        }
        self.user = Some(user.to_owned());
        response::AUTH_OK
    }
}
