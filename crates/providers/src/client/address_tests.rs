use proptest::prelude::*;

use super::*;

/// First and last address of each special network, and the public neighbours on both sides.
const V4_EDGES: &[(&str, &str, Option<&str>, Option<&str>)] = &[
    ("0.0.0.0", "0.255.255.255", None, Some("1.0.0.0")),
    ("10.0.0.0", "10.255.255.255", Some("9.255.255.255"), Some("11.0.0.0")),
    ("100.64.0.0", "100.127.255.255", Some("100.63.255.255"), Some("100.128.0.0")),
    ("127.0.0.0", "127.255.255.255", Some("126.255.255.255"), Some("128.0.0.0")),
    ("169.254.0.0", "169.254.255.255", Some("169.253.255.255"), Some("169.255.0.0")),
    ("172.16.0.0", "172.31.255.255", Some("172.15.255.255"), Some("172.32.0.0")),
    ("192.0.0.0", "192.0.0.255", Some("191.255.255.255"), Some("192.0.1.0")),
    ("192.0.2.0", "192.0.2.255", Some("192.0.1.255"), Some("192.0.3.0")),
    ("192.88.99.0", "192.88.99.255", Some("192.88.98.255"), Some("192.88.100.0")),
    ("192.168.0.0", "192.168.255.255", Some("192.167.255.255"), Some("192.169.0.0")),
    ("198.18.0.0", "198.19.255.255", Some("198.17.255.255"), Some("198.20.0.0")),
    ("198.51.100.0", "198.51.100.255", Some("198.51.99.255"), Some("198.51.101.0")),
    ("203.0.113.0", "203.0.113.255", Some("203.0.112.255"), Some("203.0.114.0")),
    ("224.0.0.0", "239.255.255.255", Some("223.255.255.255"), None),
    ("240.0.0.0", "255.255.255.255", None, None),
];

const V6_FORBIDDEN: &[&str] = &[
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:8.8.8.8",
    "::5efe:8.8.8.8",
    "ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:0:0:0:1:808:808",
    "64:ff9b:1::8.8.8.8",
    "64:ff9b:ffff:ffff:ffff:ffff:ffff:ffff",
    "100::",
    "100::ffff:ffff:ffff:ffff",
    "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001::",
    "2001::1",
    "2001:20::1",
    "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "2002::",
    "2002:7f00:1::",
    "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff::",
    "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
    "4000::",
    "5f00::",
    "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fc00::",
    "fd00:ec2::254",
    "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fe80::1",
    "fe80::5efe:8.8.8.8",
    "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fec0::1",
    "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "ff00::",
    "ff02::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

const V6_PUBLIC: &[&str] = &[
    "2000::1",
    "2001:200::",
    "2001:4860:4860::8888",
    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db9::",
    "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2003::",
    "2606:4700:4700::1111",
    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff:1000::",
    "64:ff9b::8.8.8.8",
];

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn special_ipv4_networks_are_refused_to_the_last_address_and_their_neighbours_are_not() {
    for (first, last, before, after) in V4_EDGES {
        for inside in [first, last] {
            assert!(!Reach::Public.covers(ip(inside)), "{inside}");
        }
        for outside in [before, after].into_iter().flatten() {
            assert!(Reach::Public.covers(ip(outside)), "{outside}");
        }
    }
    assert!(!Reach::Public.covers(ip("169.254.169.254")), "the metadata service of clouds");
}

#[test]
fn special_ipv6_networks_are_refused_and_global_unicast_is_not() {
    for address in V6_FORBIDDEN {
        assert!(!Reach::Public.covers(ip(address)), "{address}");
    }
    for address in V6_PUBLIC {
        assert!(Reach::Public.covers(ip(address)), "{address}");
    }
}

#[test]
fn nat64_is_judged_by_the_ipv4_address_inside() {
    for (first, last, before, after) in V4_EDGES {
        for inside in [first, last] {
            assert!(!Reach::Public.covers(ip(&format!("64:ff9b::{inside}"))), "{inside}");
        }
        for outside in [before, after].into_iter().flatten() {
            assert!(Reach::Public.covers(ip(&format!("64:ff9b::{outside}"))), "{outside}");
        }
    }
}

#[test]
fn anywhere_covers_every_address() {
    for address in V6_FORBIDDEN.iter().chain(V6_PUBLIC).chain(&["127.0.0.1", "10.0.0.1", "8.8.8.8"]) {
        assert!(Reach::Anywhere.covers(ip(address)), "{address}");
    }
}

#[test]
fn ordinary_urls_may_be_called() {
    for text in [
        "https://vendor.example/ask",
        "https://VENDOR.example",
        "https://vendor.example:443/ask?x=1#y",
        "https://vendor.example:8443/",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]:8443/ask",
        "https://xn--p1b6ci4b4b3a.xn--h2brj9c/",
    ] {
        assert!(target(text, Reach::Public).is_ok(), "{text}");
    }
}

#[test]
fn an_address_in_a_url_is_judged_without_asking_anybody() {
    let v4 = V4_EDGES.iter().flat_map(|(first, last, ..)| [format!("https://{first}/"), format!("https://{last}/")]);
    let v6 = V6_FORBIDDEN.iter().map(|text| format!("https://[{}]/", text.parse::<Ipv6Addr>().unwrap()));
    for text in v4.chain(v6) {
        let refusal = target(&text, Reach::Public);
        assert!(matches!(refusal, Err(Fault::Forbidden | Fault::BadUrl(_))), "{text}: {refusal:?}");
    }
}

/// Every way to write 127.0.0.1, and other hosts that do not read as what they are.
const DISGUISED: &[&str] = &[
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.0.0.1./",
    "https://127.00.0.1/",
    "https://127.0.0.01/",
    "https://0/",
    "https://１２７.0.0.1/",
    "https://127。0。0。1/",
    "https://①②⑦.0.0.1/",
    "https://%31%32%37.0.0.1/",
    "https://127.0.0.1%2f/",
    "https://8.8.8.8\t/",
    "https://8.8.\n8.8/",
    "https://exam\tple.com/",
    " https://example.com/",
    "https:example.com/",
    "https:/example.com/",
    "https:\\\\example.com/",
    "https://example.com\\@127.0.0.1/",
    "https:///example.com/",
    "https://ＥＸＡＭＰＬＥ.com/",
    "https://exa\u{ad}mple.com/",
    "https://भारत.example/",
    "https://[::ffff:7f00:1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::127.0.0.1]/",
    "https://[::1%25lo]/",
];

const OUT_OF_BOUNDS: &[&str] = &[
    "",
    "example.com",
    "//example.com",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "unix:/run/docker.sock",
    "data:text/plain,hello",
    "https://",
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://:password@example.com/",
    "https://@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:80/",
    "https://example.com:22/",
    "https://example.com:8080/",
    "https://example.com:0/",
    "https://example.com:65536/",
    "https://example.com:/",
    "https://example.com:４４３/",
    "https://exa mple.com/",
    "https://example.com/a b",
    "https://example.com/a\r\nHost: internal",
];

#[test]
fn a_host_must_read_as_what_it_is() {
    for text in DISGUISED {
        assert!(target(text, Reach::Public).is_err(), "{text:?}");
    }
}

#[test]
fn other_schemes_ports_and_users_are_refused() {
    for text in OUT_OF_BOUNDS {
        assert!(target(text, Reach::Public).is_err(), "{text:?}");
    }
    assert!(target(&format!("https://example.com/{}", "a".repeat(2048)), Reach::Public).is_err());
}

#[test]
fn a_development_server_may_be_called_where_that_is_allowed() {
    for text in ["http://127.0.0.1:8080/ask", "http://localhost:3000", "https://[::1]:9000/", "http://vendor.internal/"]
    {
        assert!(target(text, Reach::Anywhere).is_ok(), "{text}");
        assert!(target(text, Reach::Public).is_err(), "{text}");
    }
    for text in ["ftp://127.0.0.1/", "http://user@127.0.0.1/", "http://0x7f.1/"] {
        assert!(target(text, Reach::Anywhere).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_is_accepted_is_a_name_or_a_public_address(
        text in "[hH]ttps?:/{0,3}([0-9a-fx.:@\\\\%\\[\\]]{0,24}|[ -~]{0,24}|\\PC{0,12})(:[0-9]{0,5})?[/?#]?",
    ) {
        let Ok(url) = target(&text, Reach::Public) else { return Ok(()) };
        let host = url.host_str().unwrap();
        let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
        prop_assert!(address.is_ok_and(is_public) || url.domain().is_some(), "{}", text);
        prop_assert!(url.scheme() == "https" && url.username().is_empty() && url.password().is_none(), "{}", text);
        prop_assert!(text.to_ascii_lowercase().contains(host), "{} goes to {}", text, host);
    }
}

#[test]
fn what_lies_open_on_the_web_may_be_read_by_http_but_only_from_public_addresses() {
    for text in
        ["http://files.example/a.pdf", "https://files.example/", "http://8.8.8.8:8080/", "https://files.example:8443/"]
    {
        assert!(target(text, Reach::PublicWeb).is_ok(), "{text}");
    }
    for text in ["http://files.example:22/", "ftp://files.example/", "file:///etc/passwd", "http://user@files.example/"]
    {
        assert!(matches!(target(text, Reach::PublicWeb), Err(Fault::BadUrl(_))), "{text}");
    }
    for text in ["http://127.0.0.1/", "http://10.0.0.1/", "https://[::1]/", "http://169.254.169.254/latest/meta-data/"]
    {
        assert_eq!(target(text, Reach::PublicWeb).err(), Some(Fault::Forbidden), "{text}");
    }
}
