use proptest::prelude::*;
use qist_app::ports::clock::Clock;
use standardwebhooks::Webhook;

use super::*;
use crate::system::SystemClock;

const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);
const NOW_SECONDS: i64 = 1_700_000_000;

fn secret_of(bytes: &[u8]) -> (SigningSecret, String) {
    let text = format!("whsec_{}", STANDARD.encode(bytes));
    (SigningSecret::parse(&SecretString::from(text.clone())).unwrap(), text)
}

fn secret() -> SigningSecret {
    secret_of(&[7; 32]).0
}

fn headers(id: &str, timestamp: &str, signature: &str) -> Vec<(String, String)> {
    [(ID_HEADER, id), (TIMESTAMP_HEADER, timestamp), (SIGNATURE_HEADER, signature)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

fn signed(timestamp: i64) -> Vec<(String, String)> {
    headers("msg_1", &timestamp.to_string(), &secret().sign("msg_1", timestamp, b"body"))
}

#[test]
fn the_specifications_own_example_is_reproduced() {
    let (secret, _) = secret_of(&STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
    let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

proptest! {
    #[test]
    fn the_public_library_accepts_what_we_sign_and_we_accept_what_it_signs(
        key in proptest::collection::vec(any::<u8>(), 24..=64),
        id in "[A-Za-z0-9_-]{1,40}",
        body in "\\PC{0,200}",
    ) {
        let (secret, text) = secret_of(&key);
        let library = Webhook::new(&text).unwrap();
        // The library looks at the machine's clock.
        let now = SystemClock.now();
        let seconds = now.micros() / 1_000_000;
        let ours = secret.sign(&id, seconds, body.as_bytes());
        let mut map = http::HeaderMap::new();
        for (name, value) in [(ID_HEADER, &id), (TIMESTAMP_HEADER, &seconds.to_string()), (SIGNATURE_HEADER, &ours)] {
            map.insert(name, value.parse().unwrap());
        }
        prop_assert!(library.verify(body.as_bytes(), &map).is_ok());
        let theirs = library.sign(&id, seconds, body.as_bytes()).unwrap();
        let headers = headers(&id, &seconds.to_string(), &theirs);
        prop_assert!(is_genuine(&[secret], &headers, body.as_bytes(), now));
    }
}

#[test]
fn a_message_with_anything_changed_is_refused() {
    let good = signed(NOW_SECONDS);
    assert!(is_genuine(&[secret()], &good, b"body", NOW));
    assert!(!is_genuine(&[secret()], &good, b"bodY", NOW));
    assert!(!is_genuine(&[secret()], &good, b"", NOW));
    assert!(!is_genuine(&[secret_of(&[8; 32]).0], &good, b"body", NOW));
    assert!(!is_genuine(&[], &good, b"body", NOW));
    let signature = secret().sign("msg_1", NOW_SECONDS, b"body");
    let timestamp = NOW_SECONDS.to_string();
    for (id, timestamp, signature) in [
        ("msg_2", timestamp.as_str(), signature.as_str()),
        ("msg_1", "1700000001", &signature),
        ("msg_1", &timestamp, &signature.replace("v1,", "v2,")),
        ("msg_1", &timestamp, &signature.replace("v1,", "")),
        ("msg_1", &timestamp, &signature[..signature.len() - 4]),
        ("msg_1", &timestamp, "v1,"),
        ("msg_1", &timestamp, ""),
    ] {
        assert!(
            !is_genuine(&[secret()], &headers(id, timestamp, signature), b"body", NOW),
            "{id} {timestamp} {signature}"
        );
    }
}

#[test]
fn a_message_is_accepted_within_300_seconds_of_now_and_not_beyond() {
    for (distance, accepted) in [(0, true), (-300, true), (300, true), (-301, false), (301, false), (-86_400, false)] {
        assert_eq!(is_genuine(&[secret()], &signed(NOW_SECONDS + distance), b"body", NOW), accepted, "{distance}");
    }
}

#[test]
fn a_timestamp_is_plain_digits() {
    for timestamp in
        ["", "-1700000000", "+1700000000", "1700000000.0", " 1700000000", "1.7e9", "१७०००००००", "99999999999999999999"]
    {
        let signature = format!("v1,{}", STANDARD.encode(hmac(&[7; 32], &signed_parts("msg_1", timestamp, b"body"))));
        assert!(!is_genuine(&[secret()], &headers("msg_1", timestamp, &signature), b"body", NOW), "{timestamp:?}");
    }
}

#[test]
fn a_missing_or_repeated_header_proves_nothing() {
    for at in 0..3 {
        let mut missing = signed(NOW_SECONDS);
        missing.remove(at);
        assert!(!is_genuine(&[secret()], &missing, b"body", NOW));
        let mut repeated = signed(NOW_SECONDS);
        repeated.push(repeated[at].clone());
        assert!(!is_genuine(&[secret()], &repeated, b"body", NOW));
    }
}

#[test]
fn an_id_with_a_full_stop_is_refused_because_it_could_be_split_elsewhere() {
    let signature = secret().sign("msg.1", NOW_SECONDS, b"body");
    assert!(!is_genuine(&[secret()], &headers("msg.1", &NOW_SECONDS.to_string(), &signature), b"body", NOW));
}

#[test]
fn while_a_secret_is_being_replaced_both_are_accepted() {
    let old = secret_of(&[8; 32]).0;
    assert!(is_genuine(&[old.clone(), secret()], &signed(NOW_SECONDS), b"body", NOW));
    let both = format!("{} {}", old.sign("msg_1", NOW_SECONDS, b"body"), secret().sign("msg_1", NOW_SECONDS, b"body"));
    assert!(is_genuine(&[secret()], &headers("msg_1", &NOW_SECONDS.to_string(), &both), b"body", NOW));
}

#[test]
fn a_secret_has_its_prefix_and_24_to_64_bytes() {
    for (text, good) in [
        (format!("whsec_{}", STANDARD.encode([1; 24])), true),
        (format!("whsec_{}", STANDARD.encode([1; 64])), true),
        (format!("whsec_{}", STANDARD.encode([1; 23])), false),
        (format!("whsec_{}", STANDARD.encode([1; 65])), false),
        (STANDARD.encode([1; 32]), false),
        ("whsec_not base64".to_owned(), false),
        (String::new(), false),
    ] {
        assert_eq!(SigningSecret::parse(&SecretString::from(text.clone())).is_ok(), good, "{text}");
    }
    assert_eq!(format!("{:?}", secret()), "SigningSecret(…)");
}
