pub mod give;
pub mod list;
pub mod revoke;
