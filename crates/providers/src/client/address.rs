//! Which addresses may be called at all: nothing that a URL of somebody else's choosing could use to reach our own
//! network, our own machine, or a cloud's metadata service.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use super::Fault;

/// How far a client may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses, by https, on ports 443 and 8443.
    Public,
    /// Public addresses, by http too, on ports 80 and 8080 besides: for reading what lies open.
    PublicWeb,
    /// Any address, by http too, on any port: for development, tests, and a vendor inside the lender's own network.
    Anywhere,
}

impl Reach {
    #[must_use]
    pub fn of(allow_private: bool) -> Reach {
        if allow_private { Reach::Anywhere } else { Reach::Public }
    }

    /// Whether a connection to this address may be opened.
    #[must_use]
    pub fn covers(self, address: IpAddr) -> bool {
        self == Reach::Anywhere || is_public(address)
    }
}

const URL_LENGTH_MAX: usize = 2048;
const PORTS: [u16; 2] = [443, 8443];
const WEB_PORTS: [u16; 4] = [443, 8443, 80, 8080];

/// Networks that are not the public internet (IANA's special-purpose registry), as first address and prefix length.
const SPECIAL_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The special networks inside 2000::/3; everything outside it is refused as a whole.
const SPECIAL_V6: &[(Ipv6Addr, u32)] = &[
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|(network, prefix)| (address.to_bits() ^ network.to_bits()) >> (32 - prefix) == 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // 64:ff9b::/96 is NAT64: a gateway sends it on to the IPv4 address in its last 32 bits, so that is what counts.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = address.segments() {
        return is_public_v4(Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)));
    }
    let is_global_unicast = address.segments()[0] >> 13 == 1;
    is_global_unicast
        && !SPECIAL_V6.iter().any(|(network, prefix)| (address.to_bits() ^ network.to_bits()) >> (128 - prefix) == 0)
}

/// Reads a URL that may be called. Where its host is a name, the addresses behind the name are judged when it is
/// resolved; a host that is an address is judged here.
pub fn target(text: &str, reach: Reach) -> Result<Url, Fault> {
    if text.len() > URL_LENGTH_MAX {
        return Err(Fault::BadUrl("longer than 2048 characters"));
    }
    let url = Url::parse(text).map_err(|_| Fault::BadUrl("not a URL"))?;
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && reach != Reach::Public);
    if !scheme_fits {
        let why =
            if reach == Reach::Public { "must begin with https://" } else { "must begin with https:// or http://" };
        return Err(Fault::BadUrl(why));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::BadUrl("must not hold a user name or password"));
    }
    let Some(host) = url.host_str() else { return Err(Fault::BadUrl("has no host")) };
    if !is_written_plainly(text, &url, host) {
        return Err(Fault::BadUrl("the host must be written in its plain form"));
    }
    let port_among = |ports: &[u16]| url.port_or_known_default().is_some_and(|port| ports.contains(&port));
    match reach {
        Reach::Public if !port_among(&PORTS) => return Err(Fault::BadUrl("the port must be 443 or 8443")),
        Reach::PublicWeb if !port_among(&WEB_PORTS) => {
            return Err(Fault::BadUrl("the port must be 80, 443, 8080 or 8443"));
        }
        _ => {}
    }
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    if address.is_ok_and(|address| !reach.covers(address)) {
        return Err(Fault::Forbidden);
    }
    Ok(url)
}

/// Whether the text names the host exactly as the parser understood it. Parsers read `0x7f.1`, `2130706433`,
/// full-width digits and tabs inside a host as they please; what is written in such a way is refused, so that what an
/// operator reads in a URL is where it goes.
fn is_written_plainly(text: &str, url: &Url, host: &str) -> bool {
    let Some((scheme, after_scheme)) = text.split_once("://") else { return false };
    let end = after_scheme.find(['/', '?', '#', '\\']).unwrap_or(after_scheme.len());
    let (authority, rest) = after_scheme.split_at(end);
    let (written, port) = match authority.rfind(':') {
        Some(colon) if !authority.ends_with(']') => (&authority[..colon], Some(&authority[colon + 1..])),
        _ => (authority, None),
    };
    scheme.eq_ignore_ascii_case(url.scheme())
        && written.eq_ignore_ascii_case(host)
        && port.is_none_or(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
        && !rest.bytes().any(|byte| byte == b'\\' || byte.is_ascii_control() || byte == b' ')
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
