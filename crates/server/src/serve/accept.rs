//! Our own accept loop, because a client that sends slowly, or nothing, must not hold anything for long.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, Request};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use qist_http::RequestInfo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

/// How much of us one client, or all of them, can hold.
#[derive(Debug, Clone)]
pub struct Limits {
    pub connections_max: usize,
    pub connections_per_address_max: usize,
    /// From connecting to the first byte.
    pub first_byte: Duration,
    /// From the first byte to the end of the headers.
    pub headers: Duration,
    /// Refused once so much is read without reaching the end of the headers; what came with the last read still passes.
    pub header_bytes_max: usize,
    pub header_count_max: usize,
    /// Without a byte in either direction.
    pub idle: Duration,
    /// For requests that are under way when the server stops.
    pub drain: Duration,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections_max: 10_000,
            connections_per_address_max: 2_000,
            first_byte: Duration::from_secs(5),
            headers: Duration::from_secs(10),
            header_bytes_max: 32 * 1024,
            header_count_max: 100,
            idle: Duration::from_secs(60),
            drain: Duration::from_secs(30),
            trusted_proxies: Vec::new(),
        }
    }
}

/// Accepts until told to stop, then waits for what is under way.
pub async fn run(listener: TcpListener, service: Router, limits: Limits, mut stopped: watch::Receiver<bool>) {
    let limits = Arc::new(limits);
    let slots = Arc::new(Semaphore::new(limits.connections_max));
    let addresses = Arc::new(Mutex::new(HashMap::<IpAddr, usize>::new()));
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, most likely: closing connections will give some back.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Ok(slot) = Arc::clone(&slots).try_acquire_owned() else { continue };
        let Some(place) = Place::take(&addresses, peer.ip(), limits.connections_per_address_max) else { continue };
        let (service, limits, watcher) = (service.clone(), Arc::clone(&limits), graceful.watcher());
        tokio::spawn(async move {
            let _held = (slot, place);
            if let Err(error) = serve(stream, peer, service, &limits, watcher).await {
                tracing::debug!(error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    service: Router,
    limits: &Arc<Limits>,
    watcher: hyper_util::server::graceful::Watcher,
) -> Result<(), String> {
    let silent = tokio::time::timeout(limits.first_byte, stream.peek(&mut [0; 1])).await;
    silent.map_err(|_| "nothing was sent".to_owned())?.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let mut stream = TimeoutStream::new(stream);
    stream.set_read_timeout(Some(limits.idle));
    stream.set_write_timeout(Some(limits.idle));
    let proxies = Arc::clone(limits);
    let handler = service_fn(move |mut request: Request<Incoming>| {
        let client_ip = client_ip(request.headers(), peer.ip(), &proxies.trusted_proxies);
        request.extensions_mut().insert(RequestInfo { client_ip });
        service.clone().oneshot(request)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.headers)
        .max_headers(limits.header_count_max)
        .max_buf_size(limits.header_bytes_max.max(8 * 1024))
        .serve_connection(TokioIo::new(Box::pin(stream)), handler);
    watcher.watch(connection).await.map_err(|error| error.to_string())
}

/// The last address that a trusted proxy added; the peer's own where no trusted proxy stands between.
fn client_ip(headers: &HeaderMap, peer: IpAddr, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<IpAddr> =
        forwarded.flat_map(|value| value.split(',')).filter_map(|text| text.trim().parse().ok()).collect();
    addresses.into_iter().rev().find(|address| !trusted.contains(address)).unwrap_or(peer)
}

/// One connection of an address; given back when dropped.
struct Place {
    addresses: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Place {
    fn take(addresses: &Arc<Mutex<HashMap<IpAddr, usize>>>, address: IpAddr, max: usize) -> Option<Place> {
        let mut counts = addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_insert(0);
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Place { addresses: Arc::clone(addresses), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_may_say_who_the_client_is() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "1.2.3.4, 5.6.7.8".parse().unwrap());
        assert_eq!(client_ip(&headers, ip("9.9.9.9"), &[]), ip("9.9.9.9"));
        assert_eq!(client_ip(&headers, ip("9.9.9.9"), &[ip("9.9.9.9")]), ip("5.6.7.8"));
        assert_eq!(client_ip(&headers, ip("9.9.9.9"), &[ip("9.9.9.9"), ip("5.6.7.8")]), ip("1.2.3.4"));
    }
}
