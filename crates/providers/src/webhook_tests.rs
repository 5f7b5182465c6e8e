use std::time::Instant;

use qist_app::ports::clock::Clock;
use qist_testkit::vendor::{Act, Vendor};
use standardwebhooks::Webhook;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::system::SystemClock;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const SHORT: Duration = Duration::from_millis(400);

fn parcel(url: &str) -> Parcel<'_> {
    Parcel {
        url,
        secrets: vec![SECRET],
        id: "msg_1",
        timestamp: SystemClock.now().micros() / 1_000_000,
        attempt: 2,
        sequence: Some(7),
        replay: true,
        body: r#"{"customerID":"c1"}"#,
    }
}

fn courier(reach: Reach) -> WebhookCourier {
    WebhookCourier::new(reach, &Trust::system()).unwrap().within(SHORT)
}

/// A receiver that answers whatever it is with these bytes, again and again, and never closes.
async fn raw(first: &'static [u8], again: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                if stream.read(&mut request).await.is_err() || stream.write_all(first).await.is_err() {
                    return;
                }
                loop {
                    if again.is_empty() {
                        std::future::pending::<()>().await;
                    }
                    if stream.write_all(again).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    url
}

#[tokio::test]
async fn what_is_sent_is_verified_by_the_public_library_and_a_changed_byte_is_not() {
    let vendor = Vendor::start(|_, _| Act::answer(202, "ok")).await.unwrap();
    let report = courier(Reach::Anywhere).send(parcel(&vendor.url)).await;
    assert_eq!((report.status(), report.is_success(), report.fault.as_str()), (Some(202), true, ""));
    let request = vendor.received().pop().unwrap();
    let mut headers = http::HeaderMap::new();
    for (name, value) in &request.headers {
        headers.insert(http::HeaderName::try_from(name).unwrap(), http::HeaderValue::from_str(value).unwrap());
    }
    let webhook = Webhook::new(SECRET).unwrap();
    assert!(webhook.verify(&request.body, &headers).is_ok());
    assert!(webhook.verify(b"{}", &headers).is_err());
    for (name, value) in [("webhook-attempt", "2"), ("webhook-sequence", "7"), ("webhook-replay", "1")] {
        assert_eq!(request.header(name), Some(value));
    }
}

#[tokio::test]
async fn each_hostile_receiver_ends_within_the_deadline() {
    const BOMB: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5368709120\r\n\r\n";
    const ZEROS: &[u8] = &[0; 65_536];
    let silent = raw(b"", b"").await;
    let dripping_head = raw(b"HTTP/1.1 200 OK\r\n", b"").await;
    let endless_headers =
        raw(b"HTTP/1.1 200 OK\r\n", b"x-a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n").await;
    let five_gigabytes = raw(BOMB, ZEROS).await;
    let garbage = raw(b"\x16\x03\x01 this is no HTTP", b"\xff\xfe").await;
    for (url, status) in [
        (&silent, None),
        (&dripping_head, None),
        (&endless_headers, None),
        (&five_gigabytes, Some(200)),
        (&garbage, None),
    ] {
        let began = Instant::now();
        let report = courier(Reach::Anywhere).send(parcel(url)).await;
        assert_eq!(report.status(), status, "{url}: {report:?}");
        assert!(began.elapsed() < SHORT * 3, "{url}: {:?}", began.elapsed());
        assert!(report.response.len() <= KEPT_BYTES_MAX * 3, "{}", report.response.len());
    }
}

#[tokio::test]
async fn hanging_cutting_and_dripping_are_told_apart_by_what_decides() {
    // The status decides, also where its body drips or never ends.
    let unfinished = raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc", b"").await;
    let report = courier(Reach::Anywhere).send(parcel(&unfinished)).await;
    assert_eq!((report.status(), report.response.contains("abc")), (Some(200), true), "{report:?}");
    for (act, status, fault) in [
        (Act::Hang, None, "timed_out"),
        (Act::Drip, Some(200), ""),
        (Act::Cut, None, "unreachable"),
        (Act::answer(500, "x"), Some(500), ""),
    ] {
        let vendor = Vendor::start(move |_, _| act.clone()).await.unwrap();
        let report = courier(Reach::Anywhere).send(parcel(&vendor.url)).await;
        assert_eq!((report.status(), report.fault.as_str()), (status, fault));
    }
}

#[tokio::test]
async fn retry_after_is_read_and_secrets_in_an_answer_are_not_kept() {
    let headers = || vec![("retry-after", "120".to_owned()), ("set-cookie", "session=hunter2".to_owned())];
    let act = move |_: usize, _: &qist_testkit::vendor::Received| Act::Answer {
        status: 429,
        headers: headers(),
        body: b"\x1b[31mslow\0".to_vec(),
    };
    let vendor = Vendor::start(act).await.unwrap();
    let report = courier(Reach::Anywhere).send(parcel(&vendor.url)).await;
    assert_eq!(report.answer, Answer::Status { status: 429, retry_after_seconds: Some(120) });
    assert!(report.response.contains("slow") && !report.response.contains("hunter2"), "{}", report.response);
    assert!(!report.response.contains(['\x1b', '\0']));
}

#[tokio::test]
async fn a_forbidden_address_sees_no_packet() {
    let vendor = Vendor::start(|_, _| Act::answer(200, "")).await.unwrap();
    let port = vendor.url.rsplit(':').next().unwrap().to_owned();
    let courier = courier(Reach::Public);
    let hosts = [
        "127.0.0.1",
        "localhost",
        "0x7f.0.0.1",
        "2130706433",
        "017700000001",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "127.0.0.1.",
        "user@127.0.0.1",
        "１２７.0.0.1",
        "LOCALHOST",
        "localhost.",
        "a@localhost",
        "%31%32%37.0.0.1",
        "[::]",
        "0.0.0.0",
        "169.254.169.254",
        "10.0.0.1",
    ];
    for host in hosts {
        for url in [
            format!("http://{host}:{port}/"),
            format!("https://{host}:{port}/"),
            format!("https://{host}/"),
            format!("https://{host}:8443/"),
        ] {
            let report = courier.send(parcel(&url)).await;
            assert!(
                report.status().is_none() && report.answer != Answer::Nothing || report.fault == "unreachable",
                "{url}: {report:?}"
            );
        }
    }
    assert_eq!(vendor.connections(), 0);
}
