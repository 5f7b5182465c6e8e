//! Signatures as the Standard Webhooks specification defines them (symmetric, `v1`): what we send to vendors, what they
//! send back, and webhooks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;
use qist_domain::day::Instant;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::secrets::{hmac, mac};

pub const ID_HEADER: &str = "webhook-id";
pub const TIMESTAMP_HEADER: &str = "webhook-timestamp";
pub const SIGNATURE_HEADER: &str = "webhook-signature";

const SECRET_PREFIX: &str = "whsec_";
const VERSION_PREFIX: &str = "v1,";
/// The specification's bounds, in bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;
/// How far a timestamp may lie from our time, in seconds, before the message counts as replayed.
const TOLERANCE_SECONDS: i64 = 300;

/// A secret shared with the other side.
#[derive(Clone)]
pub struct SigningSecret(SecretSlice<u8>);

/// Not `whsec_` and base64 of 24 to 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be whsec_ followed by the base64 of 24 to 64 random bytes")]
pub struct NotASecret;

impl SigningSecret {
    pub fn parse(text: &SecretString) -> Result<SigningSecret, NotASecret> {
        let encoded = text.expose_secret().strip_prefix(SECRET_PREFIX).ok_or(NotASecret)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| NotASecret)?;
        if SECRET_BYTES.contains(&bytes.len()) { Ok(SigningSecret(bytes.into())) } else { Err(NotASecret) }
    }

    /// The value of the signature header for these exact bytes. `timestamp` is in Unix seconds. `id` must hold no full
    /// stop, because that is what separates the parts.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let signature = hmac(self.0.expose_secret(), &signed_parts(id, &timestamp.to_string(), body));
        format!("{VERSION_PREFIX}{}", STANDARD.encode(signature))
    }

    /// Whether one of the signatures in the header is ours; each is compared in constant time.
    fn signed(&self, id: &str, timestamp: &str, body: &[u8], signatures: &str) -> bool {
        signatures.split(' ').filter_map(|one| one.strip_prefix(VERSION_PREFIX)).any(|one| {
            let Ok(signature) = STANDARD.decode(one) else { return false };
            mac(self.0.expose_secret(), &signed_parts(id, timestamp, body)).verify_slice(&signature).is_ok()
        })
    }
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

fn signed_parts<'a>(id: &'a str, timestamp: &'a str, body: &'a [u8]) -> [&'a [u8]; 5] {
    [id.as_bytes(), b".", timestamp.as_bytes(), b".", body]
}

/// Whether a message that came in was signed with one of `secrets`, within 300 seconds of `now`. Header names are in
/// lower case; a header given twice proves nothing.
#[must_use]
pub fn is_genuine(secrets: &[SigningSecret], headers: &[(String, String)], body: &[u8], now: Instant) -> bool {
    let (Some(id), Some(timestamp), Some(signatures)) =
        (only(headers, ID_HEADER), only(headers, TIMESTAMP_HEADER), only(headers, SIGNATURE_HEADER))
    else {
        return false;
    };
    is_separable(id)
        && is_recent(timestamp, now)
        && secrets.iter().any(|secret| secret.signed(id, timestamp, body, signatures))
}

/// Whether an id can be told from what follows it in the signed text.
#[must_use]
pub fn is_separable(id: &str) -> bool {
    !id.is_empty() && !id.contains('.')
}

fn is_recent(timestamp: &str, now: Instant) -> bool {
    let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let Some(sent) = digits.then(|| timestamp.parse::<i64>().ok()).flatten() else { return false };
    let sent = Instant::from_micros(sent.saturating_mul(1_000_000));
    sent.plus_seconds(TOLERANCE_SECONDS) >= now && sent <= now.plus_seconds(TOLERANCE_SECONDS)
}

fn only<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut found = headers.iter().filter(|(header, _)| header == name);
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value)
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
