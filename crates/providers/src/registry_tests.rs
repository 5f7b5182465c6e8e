use qist_app::ports::connector::{Answer, Ask, Reply};
use qist_testkit::vendor::{Act, Vendor};
use serde_json::{Value, json};

use super::*;
use crate::system::SystemClock;

const SECRET: &str = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

fn environment(name: &str) -> Option<String> {
    (name == "VENDOR_SECRET").then(|| SECRET.to_owned())
}

fn built(config: Value, sandbox_allowed: bool) -> Result<Registry, ConfigError> {
    let config: ProvidersConfig = serde_json::from_value(config).unwrap();
    let trust = Trust::system();
    let needs = Needs { clock: Arc::new(SystemClock), trust: &trust, environment: &environment, sandbox_allowed };
    Registry::new(&config, &needs)
}

fn refusal(config: Value, sandbox_allowed: bool) -> String {
    built(config, sandbox_allowed).err().expect("a refusal").to_string()
}

fn vendor() -> Value {
    json!({"kind": "signed_http", "url": "https://vendor.example/ask", "secret_env": "VENDOR_SECRET"})
}

fn mail_server() -> Value {
    json!({"kind": "smtp", "host": "mail.example", "tls": "starttls", "from": "noreply@lender.example"})
}

/// A production configuration without sandboxes.
fn complete() -> Value {
    let connectors = ProviderKind::ALL.iter().map(|kind| (kind.name().to_owned(), vendor()));
    let mut config = Value::Object(connectors.collect());
    config["message"] = mail_server();
    config
}

#[tokio::test]
async fn in_development_every_provider_is_a_sandbox_unless_another_is_named() {
    let vendor = Vendor::start(|_, _| Act::answer(200, r#"{"answers":[{"answer":"gst_connected"}]}"#)).await.unwrap();
    let gst = json!({"kind": "signed_http", "url": vendor.url, "secret": SECRET, "allow_private": true});
    let registry = built(json!({"gst": gst, "kyc": {"kind": "sandbox"}}), true).unwrap();
    let ask = Ask::Gst { gstin: "27AAPFU0939F1ZV".to_owned() };
    assert_eq!(registry.of(ask.kind()).ask("r", 1, &ask).await, Ok(Reply::now(Answer::GstConnected)));
    assert_eq!(vendor.received().len(), 1);
    let ask = Ask::Sms { to: "9999999999".to_owned(), text: "123456".to_owned() };
    assert_eq!(registry.of(ask.kind()).ask("r", 1, &ask).await, Ok(Reply::now(Answer::MessageSent)));
    assert_eq!(vendor.received().len(), 1);
}

#[test]
fn production_takes_a_complete_configuration_and_names_whatever_is_left_to_a_sandbox() {
    assert!(built(complete(), false).is_ok());
    for kind in ProviderKind::ALL {
        let mut sandboxed = complete();
        sandboxed[kind.name()] = json!({"kind": "sandbox"});
        let expected = format!("the provider {} is a sandbox, and sandboxes are not allowed here", kind.name());
        assert_eq!(refusal(sandboxed, false), expected);
        let mut missing = complete();
        missing.as_object_mut().unwrap().remove(kind.name());
        assert_eq!(refusal(missing, false), format!("no connector is set for the provider {}", kind.name()));
    }
}

#[test]
fn a_mail_server_takes_messages_only() {
    for kind in ProviderKind::ALL.iter().filter(|kind| **kind != ProviderKind::Message) {
        let config = json!({kind.name(): mail_server()});
        assert_eq!(refusal(config, true), format!("the provider {} cannot be reached by smtp", kind.name()));
    }
    let mut with_sms = mail_server();
    with_sms["sms"] = vendor();
    with_sms["sms"].as_object_mut().unwrap().remove("kind");
    assert!(built(json!({"message": with_sms}), true).is_ok());
}

#[test]
fn a_misspelt_configuration_is_not_read() {
    for config in [
        json!({"bureaux": {"kind": "sandbox"}}),
        json!({"bureau": {"kind": "sandbx"}}),
        json!({"bureau": {}}),
        json!({"bureau": {"kind": "signed_http"}}),
        json!({"bureau": {"kind": "signed_http", "url": "https://vendor.example", "secret": SECRET, "timeout": 5}}),
        json!({"message": {"kind": "smtp", "host": "h", "tls": "ssl", "from": "a@b.example"}}),
    ] {
        assert!(serde_json::from_value::<ProvidersConfig>(config.clone()).is_err(), "{config}");
    }
}

#[test]
fn a_secret_that_is_missing_is_named_by_its_provider_and_never_printed() {
    let missing = json!({"kyc": {"kind": "signed_http", "url": "https://vendor.example", "secret_env": "UNSET"}});
    assert_eq!(refusal(missing, true), "the secret of the provider kyc: the environment variable UNSET is not set");
    let weak = json!({"kyc": {"kind": "signed_http", "url": "https://vendor.example", "secret": "hunter2"}});
    assert!(!format!("{:?}", serde_json::from_value::<ProvidersConfig>(weak.clone()).unwrap()).contains("hunter2"));
    assert!(!refusal(weak, true).contains("hunter2"));
}
