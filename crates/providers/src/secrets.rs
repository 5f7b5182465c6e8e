//! Tokens, one-time passwords, keyed hashes and signed links: the `Secrets` port over one root key.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use qist_app::ports::secrets::Secrets;
use qist_domain::day::Instant;
use sha2::{Digest, Sha256};

use crate::random;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEX: &[u8; 16] = b"0123456789abcdef";
/// The largest multiple of 62 that a byte can hold: bytes from here on would favour the first characters.
const BASE62_FAIR: u8 = 248;
const OTP_COUNT: u32 = 1_000_000;
/// The largest multiple of a million that 32 bits can hold.
const OTP_FAIR: u32 = u32::MAX / OTP_COUNT * OTP_COUNT;

/// The `Secrets` port. Hashes and links are made under keys of their own, both derived from the root key, so that
/// nothing signed for one use is accepted for another.
pub struct KeyedSecrets {
    hash_key: Hmac<Sha256>,
    link_key: Hmac<Sha256>,
}

impl KeyedSecrets {
    /// `root_key` is 32 bytes of randomness that the operator keeps: with another one no stored hash matches and no
    /// link opens.
    #[must_use]
    pub fn new(root_key: &[u8; 32]) -> KeyedSecrets {
        let derived = |name: &[u8]| keyed(&hmac(root_key, &[name]));
        KeyedSecrets { hash_key: derived(b"qist hash"), link_key: derived(b"qist link") }
    }
}

impl std::fmt::Debug for KeyedSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyedSecrets(…)")
    }
}

impl Secrets for KeyedSecrets {
    fn token(&self, length: usize) -> String {
        let mut token = String::with_capacity(length);
        while token.len() < length {
            let fair = random::bytes_or_abort::<64>().into_iter().filter_map(base62);
            token.extend(fair.take(length - token.len()));
        }
        token
    }

    fn otp(&self) -> String {
        loop {
            if let Some(otp) = otp(u32::from_le_bytes(random::bytes_or_abort())) {
                return format!("{otp:06}");
            }
        }
    }

    fn hash(&self, purpose: &str, secret: &str) -> String {
        // No purpose holds a NUL, so that no choice of purpose and secret can collide with another pair.
        debug_assert!(!purpose.contains('\0'), "a purpose is a plain word");
        let mac = over(self.hash_key.clone(), &[purpose.as_bytes(), b"\0", secret.as_bytes()]);
        hex(&mac.finalize().into_bytes())
    }

    fn sign_link(&self, path: &str, expires: Instant) -> String {
        let expires = expires.micros().div_euclid(1_000_000);
        let signature = URL_SAFE_NO_PAD.encode(self.link_mac(path, expires).finalize().into_bytes());
        format!("{path}?expires={expires}&signature={signature}")
    }

    fn verify_link(&self, path: &str, expires_seconds: i64, signature: &str, now: Instant) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        // The comparison takes the same time wherever the signatures differ.
        let genuine = self.link_mac(path, expires_seconds).verify_slice(&signature).is_ok();
        genuine && now <= Instant::from_micros(expires_seconds.saturating_mul(1_000_000))
    }

    fn sha256(&self, bytes: &[u8]) -> String {
        hex(&Sha256::digest(bytes))
    }
}

impl KeyedSecrets {
    /// Only reading is ever signed. The method stands in the text so that a link can never be widened to another one.
    fn link_mac(&self, path: &str, expires: i64) -> Hmac<Sha256> {
        over(self.link_key.clone(), &[b"GET\n", path.as_bytes(), b"\n", expires.to_string().as_bytes()])
    }
}

fn base62(byte: u8) -> Option<char> {
    (byte < BASE62_FAIR).then(|| char::from(BASE62[usize::from(byte) % BASE62.len()]))
}

fn otp(word: u32) -> Option<u32> {
    (word < OTP_FAIR).then_some(word % OTP_COUNT)
}

/// HMAC-SHA256 under a key of at most 64 bytes; HMAC fills shorter ones up with zeros.
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    debug_assert!(key.len() <= 64, "longer keys would have to be hashed first");
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    block.iter_mut().zip(key).for_each(|(slot, byte)| *slot = *byte);
    Hmac::new(&block)
}

/// The parts, one after the other.
fn over(mut mac: Hmac<Sha256>, parts: &[&[u8]]) -> Hmac<Sha256> {
    for part in parts {
        mac.update(part);
    }
    mac
}

pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    over(keyed(key), parts)
}

pub(crate) fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    mac(key, parts).finalize().into_bytes().into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(HEX[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_600_000_000_000_000);

    fn secrets() -> KeyedSecrets {
        KeyedSecrets::new(&[7; 32])
    }

    /// Path, expiry and signature of a link.
    fn parts(link: &str) -> (&str, i64, &str) {
        let (path, query) = link.split_once('?').unwrap();
        let (expires, signature) = query.split_once('&').unwrap();
        let expires = expires.strip_prefix("expires=").unwrap().parse().unwrap();
        (path, expires, signature.strip_prefix("signature=").unwrap())
    }

    #[test]
    fn every_character_of_a_token_is_as_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for byte in 0..=u8::MAX {
            *counts.entry(base62(byte)).or_insert(0) += 1;
        }
        assert_eq!(counts.remove(&None), Some(8), "bytes that would favour some characters are drawn again");
        assert_eq!(counts.len(), 62);
        assert!(counts.values().all(|count| *count == 4));
    }

    #[test]
    fn every_otp_is_as_likely() {
        assert_eq!(OTP_FAIR, 4_294_000_000);
        assert_eq!(otp(OTP_FAIR - 1), Some(999_999));
        assert_eq!(otp(OTP_FAIR), None);
        assert_eq!(otp(u32::MAX), None);
        assert_eq!(otp(1_000_001), Some(1));
    }

    #[test]
    fn tokens_have_the_length_asked_for_and_do_not_repeat() {
        for length in [0, 1, 43, 64, 65, 1000] {
            let token = secrets().token(length);
            assert_eq!(token.len(), length);
            assert!(token.bytes().all(|byte| BASE62.contains(&byte)));
        }
        let tokens: std::collections::HashSet<_> = (0..1000).map(|_| secrets().token(43)).collect();
        assert_eq!(tokens.len(), 1000);
    }

    #[test]
    fn an_otp_has_six_digits() {
        for _ in 0..1000 {
            let otp = secrets().otp();
            assert!(otp.len() == 6 && otp.bytes().all(|byte| byte.is_ascii_digit()), "{otp}");
        }
    }

    #[test]
    fn a_hash_depends_on_key_purpose_and_secret() {
        let hash = secrets().hash("otp", "123456");
        assert_eq!(hash, secrets().hash("otp", "123456"));
        assert_eq!(hash.len(), 64);
        assert_ne!(hash, secrets().hash("token", "123456"));
        assert_ne!(hash, secrets().hash("otp1", "23456"), "the boundary between purpose and secret counts");
        assert_ne!(hash, secrets().hash("otp", "123457"));
        assert_ne!(hash, KeyedSecrets::new(&[8; 32]).hash("otp", "123456"));
        assert_ne!(hash, secrets().sha256(b"123456"));
    }

    #[test]
    fn sha256_is_the_published_function() {
        assert_eq!(secrets().sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn hmac_is_the_published_function() {
        // RFC 4231, test case 2.
        assert_eq!(
            hex(&hmac(b"Jefe", &[b"what do ya ", b"want for nothing?"])),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_link_opens_until_it_expires_and_not_after() {
        let link = secrets().sign_link("/files/a.pdf", NOW.plus_seconds(300));
        let (path, expires, signature) = parts(&link);
        assert!(secrets().verify_link(path, expires, signature, NOW.plus_seconds(299)));
        assert!(secrets().verify_link(path, expires, signature, NOW.plus_seconds(300)));
        assert!(!secrets().verify_link(path, expires, signature, NOW.plus_seconds(301)));
    }

    #[test]
    fn a_link_with_any_part_changed_stays_shut() {
        let link = secrets().sign_link("/files/a.pdf", NOW.plus_seconds(300));
        let (path, expires, signature) = parts(&link);
        assert!(!secrets().verify_link("/files/b.pdf", expires, signature, NOW));
        assert!(!secrets().verify_link(path, expires + 1, signature, NOW));
        assert!(!secrets().verify_link(path, expires, "", NOW));
        assert!(!KeyedSecrets::new(&[8; 32]).verify_link(path, expires, signature, NOW));
        for at in 0..signature.len() {
            for bit in 0..7 {
                let mut changed = signature.as_bytes().to_vec();
                changed[at] ^= 1 << bit;
                let changed = String::from_utf8(changed).unwrap();
                assert!(!secrets().verify_link(path, expires, &changed, NOW), "character {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn a_hash_is_never_a_link_signature() {
        let link = secrets().sign_link("/files/a.pdf", NOW);
        let (_, expires, signature) = parts(&link);
        let hash = secrets().hash("", &format!("GET\n/files/a.pdf\n{expires}"));
        assert_ne!(hex(&URL_SAFE_NO_PAD.decode(signature).unwrap()), hash);
    }

    #[test]
    fn keys_do_not_print() {
        assert_eq!(format!("{:?}", secrets()), "KeyedSecrets(…)");
    }
}
