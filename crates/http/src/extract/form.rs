//! Forms, as BankConnect takes them: urlencoded or multipart, unknown fields let pass.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use qist_domain::refusal::Refusal;

use super::{limit_message, optional};
use crate::error::Failure;

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

/// A form's body.
pub struct FormBody(pub Form);

/// The fields of a form by name; a field that comes twice keeps its last value.
#[derive(Default)]
pub struct Form {
    texts: BTreeMap<String, String>,
    files: BTreeMap<String, Vec<u8>>,
}

/// Why a form could not be read.
#[derive(Debug)]
pub enum FormRefusal {
    /// Of another media type.
    NoForm,
    Unreadable(Failure),
}

impl FormRefusal {
    pub fn failure(self) -> Failure {
        match self {
            FormRefusal::NoForm => {
                let message = format!("send the body as {URLENCODED} or {MULTIPART}");
                Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content_type", message)
            }
            FormRefusal::Unreadable(failure) => failure,
        }
    }
}

impl IntoResponse for FormRefusal {
    fn into_response(self) -> Response {
        self.failure().detail()
    }
}

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = FormRefusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, FormRefusal> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media_type = content_type.and_then(|text| text.split(';').next()).unwrap_or("").trim().to_ascii_lowercase();
        let form = match media_type.as_str() {
            URLENCODED => {
                let bytes = Bytes::from_request(request, state).await;
                let bytes = bytes.map_err(|rejection| unreadable(rejection.status()))?;
                let texts = form_urlencoded::parse(&bytes).into_owned().collect();
                Form { texts, files: BTreeMap::new() }
            }
            MULTIPART => {
                let multipart = Multipart::from_request(request, state).await;
                parts(multipart.map_err(|rejection| unreadable(rejection.status()))?).await?
            }
            // A call without any body is a form without fields.
            "" => Form::default(),
            _ => return Err(FormRefusal::NoForm),
        };
        Ok(FormBody(form))
    }
}

async fn parts(mut multipart: Multipart) -> Result<Form, FormRefusal> {
    let of_part = |error: MultipartError| unreadable(error.status());
    let mut form = Form::default();
    while let Some(field) = multipart.next_field().await.map_err(of_part)? {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            form.files.insert(name, Vec::from(field.bytes().await.map_err(of_part)?));
        } else {
            let bytes = field.bytes().await.map_err(of_part)?;
            form.texts.insert(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    Ok(form)
}

fn unreadable(status: StatusCode) -> FormRefusal {
    FormRefusal::Unreadable(limit_message(status))
}

impl Form {
    /// A text; blank is absent.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        optional(self.texts.remove(name))
    }

    /// A text that is needed.
    pub fn required(&mut self, name: &str) -> Result<String, Refusal> {
        self.optional(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A text as it stands, such as a password.
    pub fn verbatim(&mut self, name: &str) -> Option<String> {
        self.texts.remove(name).filter(|text| !text.is_empty())
    }

    /// A file, which may also have been sent as a part without a file's name.
    pub fn file(&mut self, name: &str) -> Option<Vec<u8>> {
        self.files.remove(name)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    async fn read(content_type: &str, body: &str) -> Result<Form, FormRefusal> {
        let request = Request::builder().header(header::CONTENT_TYPE, content_type).body(Body::from(body.to_owned()));
        FormBody::from_request(request.unwrap(), &()).await.map(|FormBody(form)| form)
    }

    #[tokio::test]
    async fn both_kinds_of_forms_are_read_and_unknown_fields_let_pass() {
        let mut form = read(URLENCODED, "link_id=a%20b&other=1&blank=+&link_id=c+d").await.unwrap();
        assert_eq!(form.required("link_id").unwrap(), "c d");
        assert_eq!(form.optional("blank"), None);
        let body = "--f\r\nContent-Disposition: form-data; name=\"link_id\"\r\n\r\nx\r\n--f\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF\r\n--f--\r\n";
        let mut form = read("Multipart/Form-Data; boundary=f", body).await.unwrap();
        assert_eq!((form.optional("link_id").as_deref(), form.file("file")), (Some("x"), Some(b"%PDF".to_vec())));
        assert_eq!(form.required("file").unwrap_err().field.as_deref(), Some("file"));
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused_and_no_body_has_no_fields() {
        assert!(matches!(read("application/json", "{}").await, Err(FormRefusal::NoForm)));
        assert!(matches!(read(MULTIPART, "").await, Err(FormRefusal::Unreadable(_))), "there is no boundary");
        assert!(read("", "").await.unwrap().optional("link_id").is_none());
    }

    #[tokio::test]
    async fn a_password_is_not_trimmed() {
        let mut form = read(URLENCODED, "pdf_password=+a+").await.unwrap();
        assert_eq!(form.verbatim("pdf_password").as_deref(), Some(" a "));
    }
}
