//! Bank statements that never were: PDFs of several layouts, with the truth that is planted in them.
//!
//! The layouts know nothing of the reader in `qist-statement`, and that crate is not used here. The same seed gives the same
//! bytes. No person, account or employer in them is real.
//!
//! ```
//! use qist_testkit::statement::{LAYOUTS, Life, draw};
//!
//! let account = Life::salaried(7).account();
//! let pdf = draw(&[account], &LAYOUTS[0]);
//! assert!(pdf.starts_with(b"%PDF-"));
//! ```

#![expect(clippy::unwrap_used, reason = "what is wrong with a test stops it")]

mod account;
mod deposit;
mod draw;
mod layout;
mod life;
mod paper;
mod tamper;

pub use account::{Account, Entry, Looks, Stated, Truth};
pub use deposit::{deposit_json, deposit_xml};
pub use draw::{Made, draw, draw_with, image_only, letter};
pub use layout::{LAYOUTS, Layout};
pub use life::Life;
pub use tamper::Tamper;
