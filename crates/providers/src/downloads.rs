//! Files that somebody names by a URL: only from the public internet, and only so long, so far and so much.

use std::time::Duration;

use async_trait::async_trait;
use qist_app::ports::downloads::{Downloads, Scheme};
use tokio::time::{Instant, timeout_at};

use crate::client::{Answered, Client, Exchange, Fault, HeaderMap, Method, Reach, redirected};
use crate::config::ConfigError;
use crate::trust::Trust;

/// For all of it, redirects included.
const DEADLINE: Duration = Duration::from_secs(20);
const REDIRECTS_MAX: usize = 3;

pub struct HttpDownloads {
    https: Client,
    any: Client,
    deadline: Duration,
}

impl HttpDownloads {
    /// Where private addresses are allowed, as on a development server, both schemes are too.
    pub fn new(allow_private: bool, trust: &Trust) -> Result<HttpDownloads, ConfigError> {
        let (https, any) = match allow_private {
            true => (Reach::Anywhere, Reach::Anywhere),
            false => (Reach::Public, Reach::PublicWeb),
        };
        Ok(HttpDownloads { https: Client::new(https, trust)?, any: Client::new(any, trust)?, deadline: DEADLINE })
    }

    async fn follow(&self, client: &Client, url: &str, bytes_max: usize) -> Result<Answered, Fault> {
        let mut url = url.to_owned();
        for _ in 0..=REDIRECTS_MAX {
            let exchange = Exchange {
                method: Method::GET,
                url: &url,
                headers: HeaderMap::new(),
                body: Vec::new(),
                deadline: self.deadline,
                answer_bytes_max: bytes_max,
            };
            let answered = client.exchange(exchange).await?;
            match redirected(&url, &answered)? {
                Some(next) => url = next,
                None => return Ok(answered),
            }
        }
        Err(Fault::BadUrl("it redirects too often"))
    }
}

#[async_trait]
impl Downloads for HttpDownloads {
    async fn download(&self, url: &str, scheme: Scheme, bytes_max: usize) -> Result<Vec<u8>, String> {
        let client = match scheme {
            Scheme::Https => &self.https,
            Scheme::Any => &self.any,
        };
        let end = Instant::now() + self.deadline;
        let followed = timeout_at(end, self.follow(client, url, bytes_max)).await.unwrap_or(Err(Fault::TimedOut));
        match followed {
            Ok(answered) if answered.is_success() => Ok(answered.body),
            Ok(answered) => Err(format!("The URL answered with status {}.", answered.status)),
            Err(Fault::Forbidden) => Err("The URL leads to an address that may not be called.".to_owned()),
            Err(Fault::BadUrl(why)) => Err(format!("The URL cannot be called: {why}.")),
            Err(Fault::TooLong(_)) => Err("The file is larger than 20 MB.".to_owned()),
            Err(Fault::TimedOut) => Err("The URL did not answer in time.".to_owned()),
            Err(Fault::Unreachable(_)) => Err("The URL cannot be reached.".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use qist_testkit::vendor::{Act, Vendor};

    use super::*;

    fn downloads(allow_private: bool) -> HttpDownloads {
        let made = HttpDownloads::new(allow_private, &Trust::system()).unwrap();
        HttpDownloads { deadline: Duration::from_millis(600), ..made }
    }

    fn moved(to: &str) -> Act {
        Act::Answer { status: 302, headers: vec![("location", to.to_owned())], body: Vec::new() }
    }

    async fn got(act: impl Fn(usize) -> Act + Send + Sync + 'static, bytes_max: usize) -> Result<Vec<u8>, String> {
        let vendor = Vendor::start(move |number, _| act(number)).await.unwrap();
        downloads(true).download(&format!("{}/a.pdf", vendor.url), Scheme::Any, bytes_max).await
    }

    #[tokio::test]
    async fn a_file_is_fetched_through_a_few_redirects() {
        assert_eq!(got(|_| Act::answer(200, "%PDF"), 4).await, Ok(b"%PDF".to_vec()));
        let thrice = |number| if number < 3 { moved("/b.pdf") } else { Act::answer(200, "ok") };
        assert_eq!(got(thrice, 100).await, Ok(b"ok".to_vec()));
        assert!(got(|_| moved("/again"), 100).await.unwrap_err().contains("too often"));
    }

    #[tokio::test]
    async fn what_is_too_long_too_slow_or_no_file_is_said_in_words() {
        assert!(got(|_| Act::answer(200, "12345"), 4).await.unwrap_err().contains("20 MB"));
        assert!(got(|_| Act::answer(404, ""), 4).await.unwrap_err().contains("404"));
        assert!(got(|_| Act::Hang, 4).await.unwrap_err().contains("in time"));
        assert!(got(|_| Act::Drip, 1 << 20).await.unwrap_err().contains("in time"));
        assert!(got(|_| moved("file:///etc/passwd"), 4).await.unwrap_err().contains("cannot be called"));
    }

    #[tokio::test]
    async fn private_addresses_are_not_called_by_either_scheme() {
        let vendor = Vendor::start(|_, _| Act::answer(200, "secret")).await.unwrap();
        for scheme in [Scheme::Https, Scheme::Any] {
            assert!(downloads(false).download(&vendor.url, scheme, 100).await.is_err(), "{scheme:?}");
        }
        let local = downloads(false).download("http://127.0.0.1/", Scheme::Any, 100).await;
        assert!(local.unwrap_err().contains("may not be called"));
        let plain = downloads(false).download("http://files.example/a", Scheme::Https, 100).await;
        assert!(plain.unwrap_err().contains("https://"));
        assert_eq!(vendor.received().len(), 0);
    }
}
