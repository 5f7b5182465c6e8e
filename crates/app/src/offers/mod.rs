//! What lenders offer, and what borrowers are told of it.

pub mod explain;
pub mod make;
pub mod read;
pub mod renew;
pub mod statement_file;
