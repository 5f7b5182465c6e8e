//! Key Facts Statements: their shape as data, and behind signed links as a page and as a PDF.

pub(crate) mod data;
mod open;

pub(crate) use open::routes;
