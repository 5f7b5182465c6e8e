use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;

use async_trait::async_trait;
use qist_testkit::vendor::{Act, Vendor};

use super::*;

/// A name server that answers from a script, whatever it is asked; the last answer stays.
struct Scripted(Mutex<VecDeque<Vec<&'static str>>>);

#[async_trait]
impl Lookup for Scripted {
    async fn lookup(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(answer.unwrap_or_default().into_iter().map(|address| address.parse().unwrap()).collect())
    }
}

struct Silent;

#[async_trait]
impl Lookup for Silent {
    async fn lookup(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        std::future::pending().await
    }
}

fn client(reach: Reach) -> Client {
    Client::new(reach, &Trust::system()).unwrap()
}

fn client_that_resolves(reach: Reach, answers: &[&[&'static str]]) -> Client {
    let answers = answers.iter().map(|addresses| addresses.to_vec()).collect();
    Client::with_lookup(reach, &Trust::system(), Arc::new(Scripted(Mutex::new(answers)))).unwrap()
}

fn get(url: &str) -> Exchange<'_> {
    Exchange {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: Vec::new(),
        deadline: Duration::from_secs(20),
        answer_bytes_max: 1000,
    }
}

#[tokio::test]
async fn an_answer_comes_back_with_status_headers_and_body() {
    let vendor = Vendor::start(|_, request| Act::Answer {
        status: 418,
        headers: vec![("x-kind", "teapot".to_owned())],
        body: request.body.clone(),
    })
    .await
    .unwrap();
    let url = format!("{}/path?query=1", vendor.url);
    let exchange = Exchange { method: Method::PUT, body: b"body".to_vec(), ..get(&url) };
    let answered = client(Reach::Anywhere).exchange(exchange).await.unwrap();
    assert_eq!((answered.status, answered.body.as_slice()), (418, b"body".as_slice()));
    assert_eq!(answered.headers["x-kind"], "teapot");
    assert!(!answered.is_success());
    let received = &vendor.received()[0];
    assert_eq!((received.method.as_str(), received.target.as_str()), ("PUT", "/path?query=1"));
    assert_eq!(received.header("user-agent"), Some(USER_AGENT));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let vendor = Vendor::start(|_, _| Act::Answer {
        status: 302,
        headers: vec![("location", "/elsewhere".to_owned())],
        body: Vec::new(),
    })
    .await
    .unwrap();
    let answered = client(Reach::Anywhere).exchange(get(&vendor.url)).await.unwrap();
    assert_eq!(answered.status, 302);
    assert_eq!(vendor.received().len(), 1);
}

#[tokio::test]
async fn the_deadline_covers_silence_a_drip_and_the_name_server() {
    let short = Duration::from_millis(150);
    for act in [Act::Hang, Act::Drip] {
        let vendor = Vendor::start(move |_, _| act.clone()).await.unwrap();
        let exchange = Exchange { deadline: short, ..get(&vendor.url) };
        assert_eq!(client(Reach::Anywhere).exchange(exchange).await.err(), Some(Fault::TimedOut));
    }
    let client = Client::with_lookup(Reach::Public, &Trust::system(), Arc::new(Silent)).unwrap();
    let exchange = Exchange { deadline: short, ..get("https://vendor.example/") };
    assert_eq!(client.exchange(exchange).await.err(), Some(Fault::TimedOut));
}

#[tokio::test]
async fn no_more_of_a_body_is_read_than_was_allowed() {
    for (length, fits) in [(999, true), (1000, true), (1001, false), (5_000_000, false)] {
        let vendor = Vendor::start(move |_, _| Act::answer(200, vec![b'a'; length])).await.unwrap();
        let answered = client(Reach::Anywhere).exchange(get(&vendor.url)).await;
        match answered {
            Ok(answered) => assert!(fits && answered.body.len() == length, "{length}"),
            Err(fault) => assert!(!fits && fault == Fault::TooLong(1000), "{length}: {fault}"),
        }
    }
}

#[tokio::test]
async fn a_broken_body_and_a_shut_port_are_not_answers() {
    let vendor = Vendor::start(|_, _| Act::Cut).await.unwrap();
    let fault = client(Reach::Anywhere).exchange(get(&vendor.url)).await.err().unwrap();
    assert!(matches!(fault, Fault::Unreachable(_)), "{fault}");
    let shut = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{shut}/?signature=hush");
    let fault = client(Reach::Anywhere).exchange(get(&url)).await.err().unwrap();
    assert!(matches!(fault, Fault::Unreachable(_)), "{fault}");
    assert!(!fault.to_string().contains("hush") && !fault.to_string().contains("127.0.0.1"), "{fault}");
}

#[tokio::test]
async fn https_is_spoken_only_with_a_server_whose_certificate_is_trusted() {
    let vendor = Vendor::start_tls(|_, _| Act::answer(200, "hello")).await.unwrap();
    let fault = client(Reach::Anywhere).exchange(get(&vendor.url)).await.err().unwrap();
    assert!(matches!(&fault, Fault::Unreachable(why) if why.contains("certificate")), "{fault}");
    let trust = Trust::system().and_pem(vendor.pem.as_deref().unwrap().as_bytes()).unwrap();
    let trusting = Client::new(Reach::Anywhere, &trust).unwrap();
    assert_eq!(trusting.exchange(get(&vendor.url)).await.unwrap().body, b"hello");
    let other_name = vendor.url.replace("localhost", "other.example");
    let lookup = Arc::new(Scripted(Mutex::new(VecDeque::from([vec!["127.0.0.1"]]))));
    let misled = Client::with_lookup(Reach::Anywhere, &trust, lookup).unwrap();
    let fault = misled.exchange(get(&other_name)).await.err().unwrap();
    assert!(matches!(&fault, Fault::Unreachable(why) if why.contains("certificate")), "{fault}");
}

/// Mixtures of answers with at least one address that is not public.
const FORBIDDEN_ANSWERS: &[&[&str]] = &[
    &["127.0.0.1"],
    &["::1"],
    &["10.0.0.1"],
    &["169.254.169.254"],
    &["::ffff:127.0.0.1"],
    &["8.8.8.8", "127.0.0.1"],
    &["127.0.0.1", "8.8.8.8"],
    &["2606:4700:4700::1111", "::1"],
    &["8.8.8.8", "64:ff9b::127.0.0.1"],
    &["8.8.8.8", "2606:4700:4700::1111", "fd00:ec2::254"],
];

#[tokio::test]
async fn a_name_with_any_forbidden_address_is_refused() {
    for answer in FORBIDDEN_ANSWERS {
        let fault = client_that_resolves(Reach::Public, &[answer]).exchange(get("https://vendor.example/")).await;
        assert_eq!(fault.err(), Some(Fault::Forbidden), "{answer:?}");
    }
    let nobody = client_that_resolves(Reach::Public, &[&[]]).exchange(get("https://vendor.example/")).await;
    assert!(matches!(nobody.err().unwrap(), Fault::Unreachable(_)));
}

#[tokio::test]
async fn a_name_is_resolved_once_and_the_connection_goes_where_that_answer_pointed() {
    let vendor = Vendor::start(|_, _| Act::answer(200, "")).await.unwrap();
    let port = vendor.url.rsplit(':').next().unwrap();
    // Nothing listens at the second answer: had the name been resolved again, the exchange would fail.
    let client = client_that_resolves(Reach::Anywhere, &[&["127.0.0.1"], &["127.0.0.9"]]);
    let url = format!("http://rebinding.example:{port}/");
    assert_eq!(client.exchange(get(&url)).await.unwrap().status, 200);
    assert_eq!(vendor.received()[0].header("host"), Some(format!("rebinding.example:{port}").as_str()));
}

#[tokio::test]
async fn a_name_that_turns_private_is_refused_from_then_on() {
    let client = client_that_resolves(Reach::Public, &[&["127.0.0.1"], &["8.8.8.8", "10.0.0.1"], &["::1"]]);
    for _ in 0..4 {
        assert_eq!(client.exchange(get("https://rebinding.example/")).await.err(), Some(Fault::Forbidden));
    }
}

/// A server at a loopback address of this test's own, on a port that public URLs may name.
async fn private_server(network: u8) -> (Vendor, Ipv4Addr) {
    let [.., high, low] = std::process::id().to_be_bytes();
    let address = Ipv4Addr::new(127, network, high, low);
    (Vendor::start_on((address, 8443), |_, _| Act::answer(200, "")).await.unwrap(), address)
}

/// Every way to write an IPv4 address as a host, and names for it.
fn disguises(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let number = address.to_bits();
    let mapped = address.to_ipv6_mapped();
    let wide: String = address
        .to_string()
        .chars()
        .map(|letter| match letter.to_digit(10) {
            Some(digit) => char::from_u32(0xff10 + digit).unwrap(),
            None => letter,
        })
        .collect();
    vec![
        address.to_string(),
        format!("{number}"),
        format!("{number:#x}"),
        format!("{number:#o}").replace("0o", "0"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("{a}.{b}.{}", u32::from(c) * 256 + u32::from(d)),
        format!("{address}."),
        address.to_string().replace('.', "。"),
        wide,
        format!("user@{address}"),
        format!("public.example@{address}"),
        format!("[{mapped}]"),
        format!("[::ffff:{:x}:{:x}]", number >> 16, number & 0xffff),
        format!("[::{address}]"),
        format!("[64:ff9b::{address}]"),
        format!("[2002:{:x}:{:x}::]", number >> 16, number & 0xffff),
        "private.example".to_owned(),
        "private.example.".to_owned(),
    ]
}

#[tokio::test]
async fn nothing_is_sent_to_a_forbidden_address_however_the_url_is_written() {
    let (server, address) = private_server(77).await;
    let answer: &'static str = address.to_string().leak();
    let client = client_that_resolves(Reach::Public, &[&[answer]]);
    for host in disguises(address) {
        for scheme in ["http", "https", "HTTPS"] {
            let url = format!("{scheme}://{host}:8443/");
            let fault = client.exchange(get(&url)).await.err().unwrap();
            assert!(matches!(fault, Fault::Forbidden | Fault::BadUrl(_)), "{url}: {fault}");
        }
    }
    assert_eq!(server.connections(), 0, "the server listens, and hears nothing");

    let unguarded = client_that_resolves(Reach::Anywhere, &[&[answer]]);
    for host in [answer, "private.example"] {
        assert!(unguarded.exchange(get(&format!("http://{host}:8443/"))).await.is_ok(), "it can be reached");
    }
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_redirect_to_a_forbidden_address_leads_nowhere() {
    let (server, address) = private_server(78).await;
    let location = format!("http://{address}:8443/");
    for status in [301, 302, 303, 307, 308] {
        let location = location.clone();
        let headers = move || vec![("location", location.clone())];
        let vendor =
            Vendor::start(move |_, _| Act::Answer { status, headers: headers(), body: Vec::new() }).await.unwrap();
        assert_eq!(client(Reach::Anywhere).exchange(get(&vendor.url)).await.unwrap().status, status);
    }
    assert_eq!(server.connections(), 0);
}
