//! What a server says about itself: health, metrics, one log line for each request without personal data.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use qist_app::run::App;
use qist_http::RequestInfo;
use tokio::sync::watch;

use super::meter::Meters;

/// A request that takes longer is answered with 503.
const REQUEST_MAX: Duration = Duration::from_secs(30);
static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

pub struct Observer {
    app: App,
    stopped: watch::Receiver<bool>,
    metrics: PrometheusHandle,
    meters: Meters,
}

impl Observer {
    /// The recorder of metrics belongs to the process: servers in one process share it.
    pub fn install(app: App, stopped: watch::Receiver<bool>) -> Arc<Observer> {
        let metrics = METRICS.get_or_init(|| {
            let recorder = PrometheusBuilder::new().build_recorder();
            let handle = recorder.handle();
            if metrics::set_global_recorder(recorder).is_err() {
                tracing::warn!("another recorder of metrics is installed: /metrics stays empty");
            }
            handle
        });
        Arc::new(Observer { app, stopped, metrics: metrics.clone(), meters: Meters::default() })
    }
}

/// How often samples of the histograms are summed up: they take memory until then, whether anybody asks for them or not.
const UPKEEP: Duration = Duration::from_secs(5);

impl Observer {
    /// Keeps the metrics small until told to stop.
    pub async fn keep_up(self: Arc<Observer>) {
        let mut stopped = self.stopped.clone();
        loop {
            tokio::select! {
                () = tokio::time::sleep(UPKEEP) => self.metrics.run_upkeep(),
                _ = stopped.wait_for(|stop| *stop) => return,
            }
        }
    }
}

/// Adds the operator's routes and the watch over every request.
pub fn wrap(routes: Router, observer: Arc<Observer>) -> Router {
    let own = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(show_metrics))
        .with_state(Arc::clone(&observer));
    own.merge(routes).layer(from_fn_with_state(observer, watch_request))
}

/// Ready until it is told to stop, as long as the database answers.
async fn ready(State(observer): State<Arc<Observer>>) -> Response {
    if *observer.stopped.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match observer.app.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response(),
    }
}

/// Figures are for the operator: they are shown to this machine alone.
async fn show_metrics(State(observer): State<Arc<Observer>>, request: Request) -> Response {
    let local = request.extensions().get::<RequestInfo>().is_some_and(|info| info.client_ip.is_loopback());
    if !local {
        return (StatusCode::NOT_FOUND, "not found\n").into_response();
    }
    observer.metrics.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], observer.metrics.render()).into_response()
}

async fn watch_request(State(observer): State<Arc<Observer>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = request.method().clone();
    // The pattern, not the path: paths and queries carry ids.
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let mut response = match tokio::time::timeout(REQUEST_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the request took too long\n").into_response(),
    };
    let elapsed = started.elapsed();
    let status = response.status();
    let route = matched.as_ref().map_or("unmatched", MatchedPath::as_str);
    observer.meters.note(route, &method, status, elapsed);
    let status = status.as_u16();
    tracing::info!(request_id = %id, %method, route, status, micros = elapsed.as_micros(), "request");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert("x-request-id", value);
    }
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The caller's own id where it is short and plain, ours otherwise. It names a line of the log and protects nothing.
fn request_id(request: &Request) -> String {
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok());
    let plain = |id: &&str| {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    match given.filter(plain) {
        Some(id) => id.to_owned(),
        None => format!("{:032x}", fastrand::u128(..)),
    }
}

/// Structured lines to standard error; on a development server only what went wrong, unless `RUST_LOG` says otherwise.
pub fn log(quiet: bool) {
    let default = if quiet { "warn" } else { "info" };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| default.into());
    let lines =
        tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(std::io::stderr);
    // A second server in one process keeps the first one's log.
    let _ = lines.try_init();
}
