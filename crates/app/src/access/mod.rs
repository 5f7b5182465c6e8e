//! Who may do what: API keys, borrower tokens, sessions.

pub mod authenticate;
pub mod issue_token;
pub mod keys;
pub mod open_session;
pub(crate) mod otp;
