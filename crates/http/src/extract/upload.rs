use std::collections::BTreeMap;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use qist_domain::refusal::{Code, Refusal};

use super::{limit_message, required};
use crate::error::{Failure, Own};

/// The largest file that is accepted.
const FILE_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The largest body of an upload: the file, and what multipart writes around it.
pub const UPLOAD_BYTES_MAX: usize = FILE_BYTES_MAX + 64 * 1024;

/// A `multipart/form-data` body that has not been read yet.
pub struct Upload(Multipart);

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Own;

    async fn from_request(request: Request, state: &S) -> Result<Self, Own> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|text| text.split(';').next()).unwrap_or("").trim();
        if !media_type.eq_ignore_ascii_case("multipart/form-data") {
            let message = "send the body as multipart/form-data";
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", message).into());
        }
        let multipart = Multipart::from_request(request, state).await;
        Ok(Upload(multipart.map_err(|rejection| limit_message(rejection.status()))?))
    }
}

/// The parts of an upload: some texts, and one file named `file`.
pub struct UploadedForm {
    texts: BTreeMap<String, String>,
    file: Option<UploadedFile>,
}

pub struct UploadedFile {
    /// What the part claims to be, without parameters, in lower case.
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl Upload {
    /// Reads the body. Parts other than `file` and those named here are refused, and so is a part that comes twice.
    pub async fn read(mut self, texts: &[&str]) -> Result<UploadedForm, Failure> {
        let mut form = UploadedForm { texts: BTreeMap::new(), file: None };
        while let Some(field) = self.0.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            let repeated = if name == "file" {
                form.file.replace(read_file(field).await?).is_some()
            } else if texts.contains(&name.as_str()) {
                form.texts.insert(name.clone(), field.text().await.map_err(unreadable)?).is_some()
            } else {
                return Err(Refusal::invalid(&name, "is not a part of this form").into());
            };
            if repeated {
                return Err(Refusal::invalid(&name, "must be sent once").into());
            }
        }
        Ok(form)
    }
}

impl UploadedForm {
    pub fn text(&mut self, name: &str) -> Result<String, Refusal> {
        required(name, self.texts.remove(name))
    }

    pub fn file(self) -> Result<UploadedFile, Refusal> {
        self.file.ok_or_else(|| Refusal::missing("file"))
    }
}

async fn read_file(field: Field<'_>) -> Result<UploadedFile, Failure> {
    let claimed = field.content_type().and_then(|text| text.split(';').next()).map(|text| text.trim().to_lowercase());
    let content_type = claimed.ok_or_else(|| Refusal {
        code: Code::UploadType,
        field: Some("file".to_owned()),
        message: "the part named file must say its Content-Type".to_owned(),
    })?;
    let bytes = field.bytes().await.map_err(unreadable)?;
    if bytes.len() > FILE_BYTES_MAX {
        return Err(limit_message(StatusCode::PAYLOAD_TOO_LARGE));
    }
    Ok(UploadedFile { content_type, bytes: Vec::from(bytes) })
}

fn unreadable(error: MultipartError) -> Failure {
    limit_message(error.status())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::extract::DefaultBodyLimit;

    use super::*;

    const PNG: &str =
        "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: Image/PNG\r\n\r\n";
    const KIND: &str = "Content-Disposition: form-data; name=\"kind\"\r\n\r\npan_card";

    fn request(parts: &[&[u8]]) -> Request {
        let mut body = Vec::new();
        for part in parts {
            body.extend_from_slice(b"--frontier\r\n");
            body.extend_from_slice(part);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--frontier--\r\n");
        let content_type = "multipart/form-data; boundary=frontier";
        Request::builder().header(header::CONTENT_TYPE, content_type).body(Body::from(body)).unwrap()
    }

    async fn read(parts: &[&[u8]]) -> Result<UploadedForm, Failure> {
        let mut request = request(parts);
        DefaultBodyLimit::max(UPLOAD_BYTES_MAX).apply(&mut request);
        match Upload::from_request(request, &()).await {
            Ok(upload) => upload.read(&["kind"]).await,
            Err(Own(failure)) => Err(failure),
        }
    }

    async fn refused(parts: &[&[u8]]) -> (u16, &'static str, Option<String>) {
        let failure = read(parts).await.err().unwrap();
        (failure.status.as_u16(), failure.code, failure.field)
    }

    #[tokio::test]
    async fn texts_and_the_file_are_read_in_any_order() {
        let file = format!("{PNG}bytes");
        let mut form = read(&[file.as_bytes(), KIND.as_bytes()]).await.unwrap();
        assert_eq!(form.text("kind").unwrap(), "pan_card");
        let file = form.file().unwrap();
        assert_eq!((file.content_type.as_str(), file.bytes.as_slice()), ("image/png", b"bytes".as_slice()));
    }

    #[tokio::test]
    async fn what_is_absent_is_missing_by_name() {
        let mut form = read(&[]).await.unwrap();
        assert_eq!(form.text("kind").unwrap_err().field.as_deref(), Some("kind"));
        assert_eq!(form.file().err().unwrap().code, Code::MissingField);
    }

    #[tokio::test]
    async fn a_part_that_the_form_does_not_have_or_that_comes_twice_is_refused_by_name() {
        let other = b"Content-Disposition: form-data; name=\"kidn\"\r\n\r\npan_card";
        assert_eq!(refused(&[other]).await, (400, "invalid_field", Some("kidn".to_owned())));
        assert_eq!(refused(&[KIND.as_bytes(), KIND.as_bytes()]).await, (400, "invalid_field", Some("kind".to_owned())));
    }

    #[tokio::test]
    async fn a_file_has_to_say_what_it_is_and_to_fit() {
        let untyped = b"Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nbytes";
        assert_eq!(refused(&[untyped]).await, (400, "upload_type", Some("file".to_owned())));
        let sized = |bytes: usize| [PNG.as_bytes(), &vec![b'a'; bytes]].concat();
        assert!(read(&[&sized(FILE_BYTES_MAX)]).await.is_ok());
        assert_eq!(refused(&[&sized(FILE_BYTES_MAX + 1)]).await, (413, "body_too_large", None));
        assert_eq!(refused(&[&sized(UPLOAD_BYTES_MAX)]).await, (413, "body_too_large", None));
    }

    #[tokio::test]
    async fn another_media_type_is_refused_before_the_body_is_read() {
        let request = Request::builder().header(header::CONTENT_TYPE, "application/json").body(Body::empty()).unwrap();
        let Err(Own(failure)) = Upload::from_request(request, &()).await else { panic!("JSON is no upload") };
        assert_eq!((failure.status.as_u16(), failure.code), (415, "content_type"));
    }
}
