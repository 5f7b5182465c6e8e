//! What a lender does: look, decide, pay out, keep its offer templates.

pub mod decide;
pub mod files;
pub mod kyc;
pub mod list;
pub mod read;
pub mod templates;
