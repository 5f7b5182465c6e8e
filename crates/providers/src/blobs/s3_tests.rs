use qist_testkit::s3::S3Server;
use qist_testkit::vendor::{Act, Vendor};

use super::super::exercise;
use super::super::seal::{SealedBlobs, tests::keys};
use super::*;
use crate::system::SystemClock;

fn config(server: &S3Server) -> S3Config {
    S3Config {
        endpoint: server.endpoint.clone(),
        region: "ap-south-1".to_owned(),
        bucket: server.bucket.clone(),
        access_key: server.access_key.clone(),
        secret_key: Some(SecretString::from(server.secret_key.clone())),
        secret_key_env: None,
        path_style: true,
        allow_private: true,
    }
}

/// The server compares signatures with its own clock, so the system's is the one to sign with.
fn made(config: &S3Config) -> S3Blobs {
    S3Blobs::new(config, &|_| None, &Trust::system(), Arc::new(SystemClock)).unwrap()
}

fn unavailable<T: std::fmt::Debug>(result: Result<T>) -> String {
    match result {
        Err(Error::Unavailable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn s3_stores_files() {
    let server = S3Server::start().await.unwrap();
    exercise::storage(&made(&config(&server))).await;
}

#[tokio::test]
async fn s3_stores_sealed_files() {
    let server = S3Server::start().await.unwrap();
    let blobs = SealedBlobs::new(Arc::new(made(&config(&server))), keys(&[[7; 32]]));
    exercise::storage(&blobs).await;
}

#[tokio::test]
async fn sealed_files_that_were_tampered_with_or_swapped_do_not_open() {
    let server = S3Server::start().await.unwrap();
    let blobs = SealedBlobs::new(Arc::new(made(&config(&server))), keys(&[[7; 32]]));
    for key in ["t/a", "t/b"] {
        blobs.put(key, b"the borrower's agreement".to_vec()).await.unwrap();
        assert!(!String::from_utf8_lossy(&server.object(key).unwrap()).contains("borrower"));
    }
    let (a, b) = (server.object("t/a").unwrap(), server.object("t/b").unwrap());
    server.tamper("t/a", b);
    assert!(blobs.get("t/a").await.is_err(), "another file in its place");
    let mut changed = a.clone();
    changed[30] ^= 1;
    server.tamper("t/a", changed);
    assert!(blobs.get("t/a").await.is_err(), "one changed bit");
    server.tamper("t/a", a);
    assert!(blobs.get("t/a").await.is_ok());
}

#[tokio::test]
async fn a_wrong_key_is_refused_by_the_service() {
    let server = S3Server::start().await.unwrap();
    made(&config(&server)).put("a", vec![1]).await.unwrap();
    let wrong_secret = S3Config { secret_key: Some(SecretString::from("wrong")), ..config(&server) };
    let wrong_user = S3Config { access_key: "wrong".to_owned(), ..config(&server) };
    for (wrong, code) in [(wrong_secret, "403, SignatureDoesNotMatch"), (wrong_user, "403, ")] {
        for answer in [unavailable(made(&wrong).get("a").await), unavailable(made(&wrong).put("a", vec![2]).await)] {
            assert!(answer.contains(code), "{answer}");
        }
    }
    assert_eq!(server.object("a"), Some(vec![1]));
}

#[tokio::test]
async fn a_missing_bucket_is_an_error_and_not_a_missing_file() {
    let server = S3Server::start().await.unwrap();
    let blobs = made(&S3Config { bucket: "elsewhere".to_owned(), ..config(&server) });
    assert!(unavailable(blobs.get("a").await).contains("NoSuchBucket"));
    assert!(unavailable(blobs.put("a", vec![1]).await).contains("NoSuchBucket"));
}

#[tokio::test]
async fn a_service_that_is_unwell_for_a_moment_is_asked_again() {
    let server = S3Server::start().await.unwrap();
    let vendor = Vendor::start(|number, _| Act::answer(if number < 3 { 503 } else { 200 }, "content")).await.unwrap();
    let blobs = made(&S3Config { endpoint: vendor.url.clone(), ..config(&server) });
    assert_eq!(blobs.get("a").await.unwrap().unwrap(), b"content");
    assert_eq!(vendor.received().len(), 3);
    let vendor = Vendor::start(|_, _| Act::answer(500, "<Error><Code>InternalError</Code></Error>")).await.unwrap();
    let blobs = made(&S3Config { endpoint: vendor.url.clone(), ..config(&server) });
    assert!(unavailable(blobs.put("a", vec![1]).await).contains("500, InternalError"));
    assert_eq!(vendor.received().len(), 3);
}

#[tokio::test]
async fn a_404_of_something_else_is_not_a_missing_file() {
    let server = S3Server::start().await.unwrap();
    for body in ["", "<html>not found</html>", "<Error><Code>NoSuchBucket</Code></Error>"] {
        let vendor = Vendor::start(move |_, _| Act::answer(404, body)).await.unwrap();
        let blobs = made(&S3Config { endpoint: vendor.url.clone(), ..config(&server) });
        unavailable(blobs.get("a").await);
        assert_eq!(vendor.received().len(), 1);
    }
}

#[tokio::test]
async fn the_bucket_stands_in_the_host_unless_the_path_is_wanted() {
    let server = S3Server::start().await.unwrap();
    let virtual_host = S3Config {
        endpoint: "https://s3.ap-south-1.amazonaws.com".to_owned(),
        path_style: false,
        allow_private: false,
        ..config(&server)
    };
    let blobs = made(&virtual_host);
    let url = blobs.sign(&GetObject::new(&blobs.bucket, Some(&blobs.credentials), "a/b")).unwrap();
    assert!(url.as_str().starts_with("https://files.s3.ap-south-1.amazonaws.com/a/b?X-Amz-"), "{url}");
}

#[tokio::test]
async fn a_configuration_that_cannot_work_is_refused_at_start_and_secrets_do_not_print() {
    let server = S3Server::start().await.unwrap();
    let good = config(&server);
    for wrong in [
        S3Config { endpoint: "s3.example".to_owned(), ..good.clone() },
        S3Config { allow_private: false, ..good.clone() },
        S3Config { secret_key: None, ..good.clone() },
        S3Config { secret_key_env: Some("ALSO".to_owned()), ..good.clone() },
    ] {
        assert!(S3Blobs::new(&wrong, &|_| None, &Trust::system(), Arc::new(SystemClock)).is_err(), "{wrong:?}");
    }
    let printed = format!("{good:?} {:?}", made(&good));
    assert!(!printed.contains(&server.secret_key), "{printed}");
}
