use std::sync::atomic::{AtomicI64, Ordering};

use qist_app::ports::connector::Answer;
use qist_domain::day::Instant;
use qist_testkit::vendor::{Act, Received, Vendor};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;
use crate::trust::Trust;

const SECRET: &str = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
const OTHER_SECRET: &str = "whsec_AgIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
const NOW: Instant = Instant::from_micros(1_700_000_000_900_000);

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}

fn config(url: &str) -> SignedHttpConfig {
    SignedHttpConfig {
        url: url.to_owned(),
        secret: Some(SecretString::from(SECRET)),
        secret_env: None,
        previous_secret: None,
        previous_secret_env: None,
        timeout_ms: Some(20_000),
        allow_private: true,
    }
}

fn made(kind: ProviderKind, config: &SignedHttpConfig) -> Result<SignedHttp, ConfigError> {
    let client = Client::new(config.reach(), &Trust::system())?;
    SignedHttp::new(kind, config, &|_| None, client, Arc::new(TestClock(AtomicI64::new(NOW.micros()))))
}

fn bureau(url: &str) -> SignedHttp {
    made(ProviderKind::Bureau, &config(url)).unwrap()
}

fn question() -> Ask {
    Ask::Bureau {
        name: "आशा राव".to_owned(),
        pan: "ABCPD1234N".to_owned(),
        dob: "1990-04-01".parse().unwrap(),
        mobile: "9999999999".to_owned(),
        answer: None,
    }
}

async fn asked(act: Act) -> Result<Reply, AskError> {
    asked_within(20_000, act).await
}

async fn asked_within(timeout_ms: u64, act: Act) -> Result<Reply, AskError> {
    let vendor = Vendor::start(move |_, _| act.clone()).await.unwrap();
    let config = SignedHttpConfig { timeout_ms: Some(timeout_ms), ..config(&vendor.url) };
    made(ProviderKind::Bureau, &config).unwrap().ask("ref-1", 1, &question()).await
}

fn pairs(received: &Received) -> Vec<(String, String)> {
    received.headers.clone()
}

#[tokio::test]
async fn a_question_goes_out_signed_under_its_reference_and_its_answer_comes_back() {
    let vendor = Vendor::start(|_, _| {
        Act::answer(200, r#"{"answers":[{"answer":"bureau_score","score":712}],"ask_again_after_seconds":null}"#)
    })
    .await
    .unwrap();
    let reply = bureau(&format!("{}/ask", vendor.url)).ask("ref-1", 3, &question()).await.unwrap();
    assert_eq!(reply, Reply::now(Answer::BureauScore { score: 712 }));

    let received = &vendor.received()[0];
    assert_eq!((received.method.as_str(), received.target.as_str()), ("POST", "/ask"));
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.header("webhook-id"), Some("ref-1"));
    assert_eq!(received.header("webhook-timestamp"), Some("1700000000"));
    let secret = SigningSecret::parse(&SecretString::from(SECRET)).unwrap();
    assert!(signature::is_genuine(&[secret], &pairs(received), &received.body, NOW));
    let sent: Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!(
        sent,
        json!({
            "reference": "ref-1",
            "attempt": 3,
            "ask": {
                "ask": "bureau",
                "name": "आशा राव",
                "pan": "ABCPD1234N",
                "dob": "1990-04-01",
                "mobile": "9999999999",
                "answer": null,
            },
        })
    );
}

#[tokio::test]
async fn a_vendor_may_put_off_its_answer_repeat_it_or_call_back() {
    let later = asked(Act::answer(202, r#"{"ask_again_after_seconds":7}"#)).await;
    assert_eq!(later, Ok(Reply::later(7)));
    assert_eq!(asked(Act::answer(202, "")).await, Ok(Reply::default()));
    let twice = r#"{"answers":[{"answer":"bureau_no_record"},{"answer":"bureau_no_record"}]}"#;
    assert_eq!(asked(Act::answer(200, twice)).await.unwrap().answers, [Answer::BureauNoRecord, Answer::BureauNoRecord]);
}

#[tokio::test]
async fn a_vendor_that_is_unwell_is_asked_again() {
    for status in [408, 429, 500, 502, 503, 504, 599] {
        let error = asked(Act::answer(status, "secrets of the vendor")).await.unwrap_err();
        assert_eq!(error, AskError::Unavailable(format!("it answered {status}")));
    }
    for body in [
        "garbage",
        "[]",
        "{\"answers\":[{\"answer\":\"nonsense\"}]}",
        "{\"answers\":[{\"answer\":\"kyc_verified\"}]}",
        "\u{feff}{}",
    ] {
        assert!(matches!(asked(Act::answer(200, body)).await, Err(AskError::Unavailable(_))), "{body}");
    }
    let huge = format!(r#"{{"answers":[],"padding":"{}"}}"#, "a".repeat(1 << 20));
    assert!(matches!(asked(Act::answer(200, huge)).await, Err(AskError::Unavailable(_))));
    assert!(matches!(asked(Act::Cut).await, Err(AskError::Unavailable(_))));
    let shut = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let answer = bureau(&format!("http://{shut}")).ask("ref-1", 1, &question()).await;
    assert!(matches!(answer, Err(AskError::Unavailable(_))));
}

#[tokio::test]
async fn an_answer_of_exactly_one_mebibyte_is_read() {
    let envelope = r#"{"answers":[],"padding":""}"#.len();
    let full = format!(r#"{{"answers":[],"padding":"{}"}}"#, "a".repeat((1 << 20) - envelope));
    assert_eq!(asked(Act::answer(200, full)).await, Ok(Reply::default()));
}

#[tokio::test]
async fn a_vendor_that_does_not_finish_in_time_has_timed_out() {
    assert_eq!(asked_within(300, Act::Hang).await, Err(AskError::TimedOut));
    assert_eq!(asked_within(300, Act::Drip).await, Err(AskError::TimedOut));
}

#[tokio::test]
async fn a_question_that_the_vendor_calls_wrong_is_not_asked_again() {
    for status in [301, 302, 307, 400, 401, 403, 404, 409, 410, 422] {
        assert_eq!(asked(Act::answer(status, "")).await, Err(AskError::Rejected(format!("it answered {status}"))));
    }
}

#[tokio::test]
async fn nothing_is_sent_that_cannot_be_signed_or_was_asked_of_the_wrong_provider() {
    let vendor = Vendor::start(|_, _| Act::answer(200, "")).await.unwrap();
    let bureau = bureau(&vendor.url);
    for reference in ["", "a.b", "a\nb", "ä\u{0}"] {
        assert!(matches!(bureau.ask(reference, 1, &question()).await, Err(AskError::Rejected(_))), "{reference:?}");
    }
    let gst = Ask::Gst { gstin: "27AAPFU0939F1ZV".to_owned() };
    assert!(matches!(bureau.ask("ref-1", 1, &gst).await, Err(AskError::Rejected(_))));
    assert_eq!(vendor.connections(), 0);
}

#[tokio::test]
async fn a_vendor_at_a_private_address_is_called_only_where_that_is_allowed() {
    let vendor = Vendor::start(|_, _| Act::answer(200, "")).await.unwrap();
    let public = SignedHttpConfig { allow_private: false, ..config(&vendor.url) };
    assert!(made(ProviderKind::Bureau, &public).is_err(), "the text of the URL tells already");
    let named = SignedHttpConfig { url: "https://localhost/".to_owned(), ..public };
    let answer = made(ProviderKind::Bureau, &named).unwrap().ask("ref-1", 1, &question()).await;
    assert_eq!(answer, Err(AskError::Rejected("forbidden_address".to_owned())));
    assert_eq!(vendor.connections(), 0);
}

const CALLED: &[u8] = br#"{"reference":"ref-1","answer":{"answer":"bureau_no_score"}}"#;

fn signed_callback(secret: &str, body: &[u8]) -> Vec<(String, String)> {
    let secret = SigningSecret::parse(&SecretString::from(secret)).unwrap();
    let signature = secret.sign("call-1", 1_700_000_000, body);
    [("webhook-id", "call-1"), ("webhook-timestamp", "1700000000"), ("webhook-signature", &signature)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

#[test]
fn a_callback_counts_where_it_is_signed_and_recent() {
    let bureau = bureau("https://vendor.example/");
    let headers = signed_callback(SECRET, CALLED);
    let at = |now| bureau.read_callback(Callback { headers: &headers, body: CALLED, now });
    let called = Called { reference: "ref-1".to_owned(), answer: Answer::BureauNoScore };
    assert_eq!(at(NOW), Some(called.clone()));
    assert_eq!(at(Instant::from_micros(1_700_000_300_000_000)), Some(called));
    assert_eq!(at(Instant::from_micros(1_700_000_300_000_001)), None, "a replayed callback");
    assert_eq!(at(Instant::from_micros(1_699_999_699_999_999)), None, "a callback from the future");
}

#[test]
fn a_callback_that_proves_nothing_or_says_nothing_is_none() {
    let bureau = bureau("https://vendor.example/");
    let read = |headers: &[(String, String)], body: &[u8]| bureau.read_callback(Callback { headers, body, now: NOW });
    assert_eq!(read(&signed_callback(OTHER_SECRET, CALLED), CALLED), None);
    assert_eq!(read(&[], CALLED), None);
    let changed = br#"{"reference":"ref-2","answer":{"answer":"bureau_no_score"}}"#;
    assert_eq!(read(&signed_callback(SECRET, CALLED), changed), None);
    for body in [
        "",
        "garbage",
        r#"{"reference":"ref-1"}"#,
        r#"{"reference":"","answer":{"answer":"bureau_no_score"}}"#,
        r#"{"reference":"ref-1","answer":{"answer":"kyc_verified"}}"#,
        r#"{"reference":"ref-1","answer":{"answer":"bureau_score","score":9000}}"#,
    ] {
        assert_eq!(read(&signed_callback(SECRET, body.as_bytes()), body.as_bytes()), None, "{body}");
    }
}

#[tokio::test]
async fn while_a_secret_is_being_replaced_the_old_one_still_works_both_ways() {
    let vendor = Vendor::start(|_, _| Act::answer(200, "")).await.unwrap();
    let config = SignedHttpConfig { previous_secret: Some(SecretString::from(OTHER_SECRET)), ..config(&vendor.url) };
    let bureau = made(ProviderKind::Bureau, &config).unwrap();
    bureau.ask("ref-1", 1, &question()).await.unwrap();
    let received = &vendor.received()[0];
    for secret in [SECRET, OTHER_SECRET] {
        let theirs = SigningSecret::parse(&SecretString::from(secret)).unwrap();
        assert!(signature::is_genuine(&[theirs], &pairs(received), &received.body, NOW));
        let headers = signed_callback(secret, CALLED);
        assert!(bureau.read_callback(Callback { headers: &headers, body: CALLED, now: NOW }).is_some());
    }
}

#[test]
fn a_configuration_that_cannot_work_is_refused_at_start() {
    let good = config("https://vendor.example/");
    assert!(made(ProviderKind::Bureau, &good).is_ok());
    for wrong in [
        SignedHttpConfig { url: "vendor.example".to_owned(), ..good.clone() },
        SignedHttpConfig { secret: None, ..good.clone() },
        SignedHttpConfig { secret: Some(SecretString::from("short")), ..good.clone() },
        SignedHttpConfig { secret_env: Some("ALSO".to_owned()), ..good.clone() },
        SignedHttpConfig { timeout_ms: Some(0), ..good.clone() },
        SignedHttpConfig { timeout_ms: Some(90_001), ..good.clone() },
        SignedHttpConfig { previous_secret_env: Some("UNSET".to_owned()), ..good.clone() },
    ] {
        assert!(made(ProviderKind::Bureau, &wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn secrets_do_not_print() {
    let config = config("https://vendor.example/");
    let printed = format!("{config:?} {:?}", made(ProviderKind::Bureau, &config).unwrap());
    assert!(!printed.contains("AQIDBAUG") && !printed.contains("1, 2, 3"), "{printed}");
}
