//! Names become addresses here and nowhere else. The connection is opened to an address that was judged, so that a
//! name which answers differently the next time gains nothing.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::Fault;
use super::address::Reach;

const RESOLVE_TIME_MAX: Duration = Duration::from_secs(5);

/// Asks for the addresses of a host.
#[async_trait]
pub(super) trait Lookup: Send + Sync {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
pub(super) struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Resolves for one client, within its reach.
pub(super) struct JudgedResolver {
    pub(super) lookup: Arc<dyn Lookup>,
    pub(super) reach: Reach,
}

impl Resolve for JudgedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, reach) = (Arc::clone(&self.lookup), self.reach);
        Box::pin(async move { Ok(judged_addresses(lookup.as_ref(), reach, name.as_str()).await?) })
    }
}

/// One bad address condemns the name: whoever mixes public and private addresses is up to something.
async fn judged_addresses(lookup: &dyn Lookup, reach: Reach, host: &str) -> Result<Addrs, Fault> {
    let found = tokio::time::timeout(RESOLVE_TIME_MAX, lookup.lookup(host)).await;
    let addresses = match found {
        Ok(Ok(addresses)) if !addresses.is_empty() => addresses,
        Ok(Ok(_)) => return Err(Fault::Unreachable("the host has no address".to_owned())),
        Ok(Err(_)) => return Err(Fault::Unreachable("the host cannot be resolved".to_owned())),
        Err(_) => return Err(Fault::TimedOut),
    };
    if !addresses.iter().all(|address| reach.covers(*address)) {
        return Err(Fault::Forbidden);
    }
    // Port 0 stands for the one in the URL.
    Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))))
}
