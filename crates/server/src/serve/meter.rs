//! Counts and durations of requests, by route, method and status.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{Counter, Histogram};

/// The handles of what has been counted before, so that a request costs no new labels.
#[derive(Default)]
pub struct Meters {
    known: RwLock<HashMap<String, HashMap<Kind, Meter>>>,
}

type Kind = (&'static str, StatusCode);

#[derive(Clone)]
struct Meter {
    requests: Counter,
    seconds: Histogram,
}

impl Meters {
    pub fn note(&self, route: &str, method: &Method, status: StatusCode, elapsed: Duration) {
        let kind = (label(method), status);
        let Meter { requests, seconds } = self.find(route, kind).unwrap_or_else(|| self.add(route, kind));
        requests.increment(1);
        seconds.record(elapsed.as_secs_f64());
    }

    fn find(&self, route: &str, kind: Kind) -> Option<Meter> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(route)?.get(&kind).cloned()
    }

    fn add(&self, route: &str, kind @ (method, status): Kind) -> Meter {
        let labels =
            [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.as_str().to_owned())];
        let meter = Meter {
            requests: metrics::counter!("qist_requests_total", &labels),
            seconds: metrics::histogram!("qist_request_seconds", &labels[..1]),
        };
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(route.to_owned()).or_default().insert(kind, meter.clone());
        meter
    }
}

/// Callers can make up methods without end; labels must not follow them.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_callers_make_up_share_a_label() {
        assert_eq!(label(&Method::PATCH), "PATCH");
        for made_up in ["PURGE", "BREW", "get"] {
            assert_eq!(label(&Method::from_bytes(made_up.as_bytes()).unwrap()), "other");
        }
    }

    #[test]
    fn a_route_keeps_one_meter_for_each_method_and_status() {
        let meters = Meters::default();
        for status in [StatusCode::OK, StatusCode::OK, StatusCode::NOT_FOUND] {
            meters.note("/v1/users", &Method::GET, status, Duration::ZERO);
        }
        assert_eq!(meters.known.read().unwrap()["/v1/users"].len(), 2);
    }
}
