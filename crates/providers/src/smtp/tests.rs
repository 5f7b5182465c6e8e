use mail_parser::MessageParser;
use qist_domain::day::Instant;
use qist_testkit::smtp::{Mail, MailServer, Protection as Served};
use qist_testkit::vendor::{Act, Vendor};
use secrecy::SecretString;

use super::*;
use crate::client::{Client, Reach};
use crate::signed_http::SignedHttpConfig;

const NOW: Instant = Instant::from_micros(1_700_000_000_000_000);
const SECRET: &str = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";
const LOGIN: (&str, &str) = ("qist", "correct horse");

struct TestClock;

impl Clock for TestClock {
    fn now(&self) -> Instant {
        NOW
    }
}

fn config(server: &MailServer, tls: Protection) -> SmtpConfig {
    SmtpConfig {
        host: server.host.clone(),
        port: Some(server.port),
        tls,
        user: None,
        password: None,
        password_env: None,
        from: "Qist Lending <noreply@lender.example>".to_owned(),
        timeout_ms: Some(20_000),
        sms: None,
    }
}

fn with_login(config: SmtpConfig, password: &str) -> SmtpConfig {
    SmtpConfig { user: Some(LOGIN.0.to_owned()), password: Some(SecretString::from(password)), ..config }
}

fn made(config: &SmtpConfig, pem: Option<&str>) -> Result<Smtp, ConfigError> {
    let trust = match pem {
        Some(pem) => Trust::system().and_pem(pem.as_bytes())?,
        None => Trust::system(),
    };
    Smtp::new(config, &|_| None, &trust, Arc::new(TestClock), None)
}

async fn plain() -> (MailServer, Smtp) {
    let server = MailServer::start(Served::Plain, None).await.unwrap();
    let smtp = made(&config(&server, Protection::None), None).unwrap();
    (server, smtp)
}

fn email(to: &str, subject: &str, text: &str) -> Ask {
    Ask::Email { to: to.to_owned(), subject: subject.to_owned(), text: text.to_owned() }
}

fn sms() -> Ask {
    Ask::Sms { to: "9999999999".to_owned(), text: "123456".to_owned() }
}

fn sent() -> Result<Reply, AskError> {
    Ok(Reply::now(Answer::MessageSent))
}

/// Subject and text as a mail reader shows them.
fn shown(mail: &Mail) -> (String, String) {
    let message = MessageParser::default().parse(&mail.data).unwrap();
    (message.subject().unwrap().to_owned(), message.body_text(0).unwrap().into_owned())
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let (server, smtp) = plain().await;
    assert_eq!(
        smtp.ask("ref-1", 1, &email("asha@example.com", "Your loan", "Dear Asha,\nyour loan is ready.")).await,
        sent()
    );
    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].from.as_str(), mails[0].to.as_slice()),
        ("noreply@lender.example", ["asha@example.com".to_owned()].as_slice())
    );
    assert_eq!(shown(&mails[0]), ("Your loan".to_owned(), "Dear Asha,\r\nyour loan is ready.\r\n".to_owned()));
    let headers = String::from_utf8(mails[0].data.clone()).unwrap();
    for line in [
        "From: \"Qist Lending\" <noreply@lender.example>\r\n",
        "To: asha@example.com\r\n",
        "Message-ID: <ref-1@lender.example>\r\n",
        "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n",
    ] {
        assert!(headers.contains(line), "{line} is not in\n{headers}");
    }
}

#[tokio::test]
async fn hindi_long_lines_and_lone_dots_arrive_whole() {
    let (server, smtp) = plain().await;
    let (long_subject, long_text) = ("क़िस्त ".repeat(20), "ऋण ".repeat(2_000));
    for (subject, text) in [
        ("आपका ऋण स्वीकृत हो गया है: ₹1,00,000", "प्रिय आशा,\r\n\r\nआपका ऋण तैयार है। 🎉\r\n"),
        (long_subject.trim_end(), long_text.as_str()),
        ("dots", ".\r\n..\r\n.a\r\nQUIT\r\n.\r\nMAIL FROM:<x@example.com>\r\n"),
        ("= 50 % ?=", "From nobody\r\n=20\r\n"),
    ] {
        assert_eq!(smtp.ask("ref-1", 1, &email("asha@example.com", subject, text)).await, sent());
        let (shown_subject, shown_text) = shown(server.mails().last().unwrap());
        // How many line breaks end a mail is up to its encoding.
        assert_eq!(shown_text.trim_end_matches("\r\n"), text.trim_end_matches("\r\n"));
        assert_eq!(shown_subject, subject);
    }
    assert_eq!(server.mails().len(), 4);
}

#[tokio::test]
async fn what_would_become_another_header_or_recipient_is_refused() {
    let (server, smtp) = plain().await;
    let long = "a".repeat(201);
    for (to, subject, text) in [
        ("asha@example.com\r\nBcc: x@example.com", "subject", "text"),
        ("asha@example.com\nBcc: x@example.com", "subject", "text"),
        ("asha@example.com, x@example.com", "subject", "text"),
        ("Asha <asha@example.com>", "subject", "text"),
        ("asha@example.com> NOTIFY=NEVER", "subject", "text"),
        ("आशा@example.com", "subject", "text"),
        ("", "subject", "text"),
        ("asha@example.com", "subject\r\nBcc: x@example.com", "text"),
        ("asha@example.com", "subject\nBcc: x@example.com", "text"),
        ("asha@example.com", "subject\rBcc: x@example.com", "text"),
        ("asha@example.com", "subject\u{85}Bcc: x@example.com", "text"),
        ("asha@example.com", "", "text"),
        ("asha@example.com", &long, "text"),
        ("asha@example.com", "subject", "text\0"),
        ("asha@example.com", "subject", "text\u{1b}[2J"),
    ] {
        let answer = smtp.ask("ref-1", 1, &email(to, subject, text)).await;
        assert!(matches!(answer, Err(AskError::Rejected(_))), "{to:?} {subject:?} {text:?}: {answer:?}");
    }
    for reference in ["", "a b", "a>\r\nBcc: x@example.com", "a@b"] {
        let answer = smtp.ask(reference, 1, &email("asha@example.com", "subject", "text")).await;
        assert!(matches!(answer, Err(AskError::Rejected(_))), "{reference:?}");
    }
    assert_eq!(server.mails(), []);
}

#[tokio::test]
async fn a_refusal_for_good_a_refusal_for_now_and_silence_are_told_apart() {
    let (server, smtp) = plain().await;
    let to = |local: &str| email(&format!("{local}@example.com"), "subject", "text");
    assert_eq!(
        smtp.ask("r", 1, &to("nobody")).await,
        Err(AskError::Rejected("the mail server refused: 550".to_owned()))
    );
    assert_eq!(
        smtp.ask("r", 1, &to("busy")).await,
        Err(AskError::Unavailable("the mail server put it off: 452".to_owned()))
    );
    let impatient = SmtpConfig { timeout_ms: Some(300), ..config(&server, Protection::None) };
    assert_eq!(made(&impatient, None).unwrap().ask("r", 1, &to("silent")).await, Err(AskError::TimedOut));
    let shut = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nowhere = SmtpConfig { port: Some(shut.port()), ..config(&server, Protection::None) };
    let answer = made(&nowhere, None).unwrap().ask("r", 1, &to("asha")).await;
    assert_eq!(answer, Err(AskError::Unavailable("the mail server cannot be reached".to_owned())));
    assert_eq!(server.mails(), []);
}

#[tokio::test]
async fn a_protected_connection_carries_the_login_and_the_mail() {
    for (served, tls) in [(Served::Starttls, Protection::Starttls), (Served::Tls, Protection::Tls)] {
        let server = MailServer::start(served, Some(LOGIN)).await.unwrap();
        let good = with_login(config(&server, tls), LOGIN.1);
        let mail = email("asha@example.com", "subject", "text");
        assert_eq!(made(&good, server.pem.as_deref()).unwrap().ask("r", 1, &mail).await, sent());
        assert_eq!(server.mails()[0].user.as_deref(), Some(LOGIN.0));

        let wrong = with_login(config(&server, tls), "wrong");
        let answer = made(&wrong, server.pem.as_deref()).unwrap().ask("r", 1, &mail).await;
        assert_eq!(answer, Err(AskError::Rejected("the mail server refused: 535".to_owned())));

        let untrusting = made(&good, None).unwrap().ask("r", 1, &mail).await;
        assert!(matches!(untrusting, Err(AskError::Unavailable(_))), "{untrusting:?}");
        assert_eq!(server.mails().len(), 1);
    }
}

#[tokio::test]
async fn nothing_is_sent_unprotected_where_protection_was_demanded() {
    let server = MailServer::start(Served::Plain, None).await.unwrap();
    let smtp = made(&config(&server, Protection::Starttls), None).unwrap();
    let answer = smtp.ask("r", 1, &email("asha@example.com", "subject", "text")).await;
    assert!(matches!(answer, Err(AskError::Unavailable(_))), "{answer:?}");
    assert_eq!(server.mails(), []);
}

#[tokio::test]
async fn a_text_message_is_refused_without_a_vendor_and_goes_to_the_one_that_is_set() {
    let (server, smtp) = plain().await;
    assert_eq!(smtp.ask("r", 1, &sms()).await, Err(AskError::Rejected("no connector is set for SMS".to_owned())));
    assert_eq!(smtp.read_callback(Callback { headers: &[], body: b"", now: NOW }), None);

    let vendor = Vendor::start(|_, _| Act::answer(200, r#"{"answers":[{"answer":"message_sent"}]}"#)).await.unwrap();
    let sms_config = SignedHttpConfig {
        url: vendor.url.clone(),
        secret: Some(SecretString::from(SECRET)),
        secret_env: None,
        previous_secret: None,
        previous_secret_env: None,
        timeout_ms: None,
        allow_private: true,
    };
    let client = Client::new(Reach::Anywhere, &Trust::system()).unwrap();
    let by_http = SignedHttp::new(ProviderKind::Message, &sms_config, &|_| None, client, Arc::new(TestClock)).unwrap();
    let smtp =
        Smtp::new(&config(&server, Protection::None), &|_| None, &Trust::system(), Arc::new(TestClock), Some(by_http))
            .unwrap();
    assert_eq!(smtp.ask("r", 1, &sms()).await, sent());
    assert_eq!(smtp.ask("r", 1, &email("asha@example.com", "subject", "text")).await, sent());
    assert_eq!((vendor.received().len(), server.mails().len()), (1, 1));
}

#[tokio::test]
async fn other_questions_are_not_for_a_mail_server() {
    let (_server, smtp) = plain().await;
    let answer = smtp.ask("r", 1, &Ask::Gst { gstin: String::new() }).await;
    assert!(matches!(answer, Err(AskError::Rejected(_))));
}

#[tokio::test]
async fn a_configuration_that_cannot_work_is_refused_at_start() {
    let server = MailServer::start(Served::Plain, None).await.unwrap();
    let good = config(&server, Protection::Tls);
    assert!(made(&good, None).is_ok());
    assert!(made(&with_login(good.clone(), "password"), None).is_ok());
    for wrong in [
        SmtpConfig { host: String::new(), ..good.clone() },
        SmtpConfig { from: "nobody".to_owned(), ..good.clone() },
        SmtpConfig { from: "a@example.com\r\nBcc: b@example.com".to_owned(), ..good.clone() },
        SmtpConfig { timeout_ms: Some(0), ..good.clone() },
        SmtpConfig { user: Some("qist".to_owned()), ..good.clone() },
        SmtpConfig { password: Some(SecretString::from("password")), ..good.clone() },
        SmtpConfig { tls: Protection::None, ..with_login(good.clone(), "password") },
    ] {
        assert!(made(&wrong, None).is_err(), "{wrong:?}");
    }
    let printed = format!("{:?}", with_login(good, "correct horse"));
    assert!(!printed.contains("correct"), "{printed}");
}
