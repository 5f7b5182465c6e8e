//! The page where a customer pays a drawdown: without scripts, without anything from elsewhere, made for a phone.

use askama::Template;
use qist_app::ports::documents::PayToPrint;

use crate::renderer::DocumentError;

#[derive(Template)]
#[template(path = "pay.html")]
struct Page<'a> {
    pay: &'a PayToPrint,
}

pub fn page(pay: &PayToPrint) -> Result<String, DocumentError> {
    Page { pay }.render().map_err(|why| DocumentError::Data(why.to_string()))
}
