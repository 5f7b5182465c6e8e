//! Formats of India. A value that passes is well-formed and normalised; whether it is real, only a provider can say.

mod aadhaar;
mod account_number;
mod any;
mod company;
mod email;
mod gstin;
mod ifsc;
mod mobile;
mod pan;
mod pincode;
mod text;
mod upi;

pub use aadhaar::Aadhaar;
pub use account_number::AccountNumber;
pub use any::Format;
pub use company::{Cin, Udyam};
pub use email::Email;
pub use gstin::Gstin;
pub use ifsc::Ifsc;
pub use mobile::Mobile;
pub use pan::Pan;
pub use pincode::Pincode;
pub use text::{clean_text, person_name};
pub use upi::UpiVpa;

/// Why a value is not well-formed: a sentence that completes "<field> …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormatError(pub &'static str);

/// Makes a text type that can only hold what its `parse` lets through.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        /// Personal data never prints itself.
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::format::FormatError;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }
    };
}
pub(crate) use text_type;

/// Whether `text` is ASCII and each byte passes the test of its place in `pattern`:
/// `A` a capital letter, `9` a digit, `*` either, anything else itself.
pub(crate) fn matches_pattern(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, want)| match want {
            b'A' => byte.is_ascii_uppercase(),
            b'9' => byte.is_ascii_digit(),
            b'*' => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            other => byte == other,
        })
}
