//! Randomness and keyed hashes: nothing that opens a door is stored in clear.

use qist_domain::day::Instant;

pub trait Secrets: Send + Sync {
    /// `length` characters of base62 from the operating system's CSPRNG.
    fn token(&self, length: usize) -> String;

    /// Six decimal digits, each combination as likely.
    fn otp(&self) -> String;

    /// A keyed hash of a secret in hex: the same for the same purpose and secret, useless without the server's key.
    fn hash(&self, purpose: &str, secret: &str) -> String;

    /// Signs a link to a file so that it opens without a key until `expires`, and nothing else does.
    fn sign_link(&self, path: &str, expires: Instant) -> String;

    /// Whether `signature` is the one that `sign_link` made for this path and expiry (seconds since 1970), and the link is
    /// still open at `now`.
    fn verify_link(&self, path: &str, expires_seconds: i64, signature: &str, now: Instant) -> bool;

    /// SHA-256 in hex.
    fn sha256(&self, bytes: &[u8]) -> String;
}
