//! Randomness from the operating system, the only kind that may make a key, a token or a nonce.

/// `N` random bytes, or what the operating system said instead.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// `N` random bytes where there is nobody to report a failure to.
///
/// A server that cannot draw randomness would hand out tokens that can be guessed, so it ends instead.
pub(crate) fn bytes_or_abort<const N: usize>() -> [u8; N] {
    bytes().unwrap_or_else(|error| {
        tracing::error!(%error, "the operating system gives no randomness");
        std::process::abort()
    })
}
