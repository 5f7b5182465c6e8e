//! An S3 server in this process. The protocol, signature verification included, is the `s3s` crate's, which shares
//! nothing with the client under test; only the storage behind it is a map in memory.

use std::collections::BTreeMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::dto::{GetObjectInput, GetObjectOutput, PutObjectInput, PutObjectOutput, StreamingBlob};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3, S3Request, S3Response, S3Result, s3_error};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const OBJECT_BYTES_MAX: usize = 128 << 20;

/// The running server, with one bucket. It stops when this value is dropped.
pub struct S3Server {
    /// Without a slash at the end.
    pub endpoint: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: String,
    objects: Objects,
    accepting: JoinHandle<()>,
}

type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

impl S3Server {
    /// Starts a server on 127.0.0.1.
    pub async fn start() -> io::Result<S3Server> {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        let (bucket, access_key, secret_key) = ("files".to_owned(), "test-access".to_owned(), "test-secret".to_owned());
        let objects = Objects::default();
        let mut builder = S3ServiceBuilder::new(Memory { bucket: bucket.clone(), objects: Arc::clone(&objects) });
        builder.set_auth(SimpleAuth::from_single(access_key.clone(), secret_key.clone()));
        let accepting = tokio::spawn(accept(listener, builder.build()));
        Ok(S3Server { endpoint, bucket, access_key, secret_key, objects, accepting })
    }

    /// What is stored under a key.
    #[must_use]
    pub fn object(&self, key: &str) -> Option<Vec<u8>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Puts other bytes under a key, as somebody would who got at the storage.
    pub fn tamper(&self, key: &str, bytes: Vec<u8>) {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), bytes);
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, service: S3Service) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            // A client that breaks off is no fault of the server's.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

struct Memory {
    bucket: String,
    objects: Objects,
}

impl Memory {
    fn bucket(&self, name: &str) -> S3Result<MutexGuard<'_, BTreeMap<String, Vec<u8>>>> {
        if name != self.bucket {
            return Err(s3_error!(NoSuchBucket));
        }
        Ok(self.objects.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait::async_trait]
impl S3 for Memory {
    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let bytes = self.bucket(&request.input.bucket)?.get(&request.input.key).cloned();
        let bytes = bytes.ok_or_else(|| s3_error!(NoSuchKey))?;
        let content_length = i64::try_from(bytes.len()).ok();
        let body = Some(StreamingBlob::from(Body::from(bytes)));
        Ok(S3Response::new(GetObjectOutput { body, content_length, ..Default::default() }))
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let PutObjectInput { bucket, key, body, .. } = request.input;
        let mut body = body.map_or_else(Body::empty, Body::from);
        let bytes = body.store_all_limited(OBJECT_BYTES_MAX).await.map_err(|_| s3_error!(IncompleteBody))?;
        self.bucket(&bucket)?.insert(key, bytes.to_vec());
        Ok(S3Response::new(PutObjectOutput::default()))
    }
}
