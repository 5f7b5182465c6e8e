use super::{Aadhaar, AccountNumber, Cin, Email, FormatError, Gstin, Ifsc, Mobile, Pan, Pincode, Udyam, UpiVpa};

/// One of the formats, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Mobile,
    Pan,
    Gstin,
    Ifsc,
    AccountNumber,
    Pincode,
    Aadhaar,
    UpiVpa,
    Cin,
    Udyam,
    Email,
}

impl Format {
    pub const ALL: [Format; 11] = [
        Format::Mobile,
        Format::Pan,
        Format::Gstin,
        Format::Ifsc,
        Format::AccountNumber,
        Format::Pincode,
        Format::Aadhaar,
        Format::UpiVpa,
        Format::Cin,
        Format::Udyam,
        Format::Email,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Mobile => "mobile",
            Format::Pan => "pan",
            Format::Gstin => "gstin",
            Format::Ifsc => "ifsc",
            Format::AccountNumber => "account_number",
            Format::Pincode => "pincode",
            Format::Aadhaar => "aadhaar",
            Format::UpiVpa => "upi_vpa",
            Format::Cin => "cin",
            Format::Udyam => "udyam",
            Format::Email => "email",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The value as it is stored; of an Aadhaar number what may be shown of it.
    pub fn normalised(self, text: &str) -> Result<String, FormatError> {
        match self {
            Format::Mobile => Mobile::parse(text).map(String::from),
            Format::Pan => Pan::parse(text).map(String::from),
            Format::Gstin => Gstin::parse(text).map(String::from),
            Format::Ifsc => Ifsc::parse(text).map(String::from),
            Format::AccountNumber => AccountNumber::parse(text).map(String::from),
            Format::Pincode => Pincode::parse(text).map(String::from),
            Format::Aadhaar => Aadhaar::parse(text).map(Aadhaar::masked),
            Format::UpiVpa => UpiVpa::parse(text).map(String::from),
            Format::Cin => Cin::parse(text).map(String::from),
            Format::Udyam => Udyam::parse(text).map(String::from),
            Format::Email => Email::parse(text).map(String::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_format_is_found_by_its_name() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
        assert_eq!(Format::from_name("voter_id"), None);
    }

    proptest! {
        #[test]
        fn what_is_normalised_stays_as_it_is(text in "[ A-Za-z0-9@.\\-]{0,24}") {
            for format in Format::ALL {
                if let (Ok(once), false) = (format.normalised(&text), format == Format::Aadhaar) {
                    prop_assert_eq!(format.normalised(&once), Ok(once));
                }
            }
        }
    }
}
