//! A certificate for `localhost` and 127.0.0.1 that nobody trusts, unless told to.

use std::io;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What a server needs to speak TLS, and the PEM text that a client has to trust.
pub(crate) struct SelfSigned {
    pub acceptor: TlsAcceptor,
    pub pem: String,
}

impl SelfSigned {
    pub fn make() -> io::Result<SelfSigned> {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).map_err(io::Error::other)?;
        let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key))
            .map_err(io::Error::other)?;
        Ok(SelfSigned { acceptor: TlsAcceptor::from(Arc::new(config)), pem: made.cert.pem() })
    }
}
