//! The banks that are known by name and IFSC prefix: all that is known of any bank.

macro_rules! banks {
    ($($variant:ident $identifier:literal $ifsc:literal $name:literal)*) => {
        /// A bank. In serde it is its identifier.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Bank {
            $(#[serde(rename = $identifier)] $variant,)*
        }

        /// Every bank, by identifier.
        pub const BANKS: &[Bank] = &[$(Bank::$variant,)*];

        impl Bank {
            /// The contract's identifier: lower case.
            #[must_use]
            pub const fn identifier(self) -> &'static str {
                match self { $(Bank::$variant => $identifier,)* }
            }

            /// The first four letters of every IFSC of the bank.
            #[must_use]
            pub const fn ifsc_prefix(self) -> &'static str {
                match self { $(Bank::$variant => $ifsc,)* }
            }

            /// As it calls itself.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Bank::$variant => $name,)* }
            }
        }
    };
}

banks! {
    Allahabad "allahabad" "ALLA" "Allahabad Bank"
    Andhra "andhra" "ANDB" "Andhra Bank"
    Axis "axis" "UTIB" "Axis Bank"
    Baroda "baroda" "BARB" "Bank of Baroda"
    Boi "boi" "BKID" "Bank of India"
    Canara "canara" "CNRB" "Canara Bank"
    Central "central" "CBIN" "Central Bank of India"
    Citi "citi" "CITI" "Citibank"
    CitiUnion "citi_union" "CIUB" "City Union Bank"
    Corporation "corporation" "CORP" "Corporation Bank"
    Dena "dena" "BKDN" "Dena Bank"
    Deutsche "deutsche" "DEUT" "Deutsche Bank"
    Federal "federal" "FDRL" "Federal Bank"
    Hdfc "hdfc" "HDFC" "HDFC Bank"
    Icici "icici" "ICIC" "ICICI Bank"
    Idbi "idbi" "IBKL" "IDBI Bank"
    Idfc "idfc" "IDFB" "IDFC First Bank"
    Indbnk "indbnk" "IDIB" "Indian Bank"
    Indusind "indusind" "INDB" "IndusInd Bank"
    Iob "iob" "IOBA" "Indian Overseas Bank"
    Karnataka "karnataka" "KARB" "Karnataka Bank"
    Karur "karur" "KVBL" "Karur Vysya Bank"
    Kotak "kotak" "KKBK" "Kotak Mahindra Bank"
    Mahabk "mahabk" "MAHB" "Bank of Maharashtra"
    Obc "obc" "ORBC" "Oriental Bank of Commerce"
    Pnbbnk "pnbbnk" "PUNB" "Punjab National Bank"
    PunjabSind "punjab_sind" "PSIB" "Punjab & Sind Bank"
    Rbl "rbl" "RATN" "RBL Bank"
    Sbi "sbi" "SBIN" "State Bank of India"
    Sib "sib" "SIBL" "South Indian Bank"
    Syndicate "syndicate" "SYNB" "Syndicate Bank"
    TamilMercantile "tamil_mercantile" "TMBL" "Tamilnad Mercantile Bank"
    Ubi "ubi" "UBIN" "Union Bank of India"
    Uco "uco" "UCBA" "UCO Bank"
    United "united" "UTBI" "United Bank of India"
    Vijaya "vijaya" "VIJB" "Vijaya Bank"
    Yesbnk "yesbnk" "YESB" "Yes Bank"
}

impl Bank {
    /// The bank with this identifier, as the contract writes it: lower case only.
    #[must_use]
    pub fn identified(identifier: &str) -> Option<Bank> {
        BANKS.iter().copied().find(|bank| bank.identifier() == identifier)
    }

    /// The bank that an IFSC belongs to.
    #[must_use]
    pub fn of_ifsc(ifsc: &str) -> Option<Bank> {
        BANKS
            .iter()
            .copied()
            .find(|bank| ifsc.get(..4).is_some_and(|four| four.eq_ignore_ascii_case(bank.ifsc_prefix())))
    }
}

impl std::fmt::Display for Bank {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.identifier())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_seven_banks_have_identifiers_and_prefixes_of_their_own() {
        let identifiers: std::collections::BTreeSet<_> = BANKS.iter().map(|bank| bank.identifier()).collect();
        let prefixes: std::collections::BTreeSet<_> = BANKS.iter().map(|bank| bank.ifsc_prefix()).collect();
        assert_eq!((BANKS.len(), identifiers.len(), prefixes.len()), (37, 37, 37));
        assert!(BANKS.is_sorted_by_key(|bank| bank.identifier()));
    }

    #[test]
    fn an_ifsc_names_its_bank_and_an_identifier_is_lower_case() {
        assert_eq!(Bank::of_ifsc("sbin0001234"), Some(Bank::Sbi));
        assert_eq!(Bank::of_ifsc("XXXX0001234"), None);
        assert_eq!(Bank::of_ifsc("₹₹"), None);
        assert_eq!((Bank::identified("axis"), Bank::identified("AXIS")), (Some(Bank::Axis), None));
    }
}
