//! Six months of somebody's money, or as many as are asked for.

use qist_domain::day::Day;
use qist_domain::money::Paise;

use super::account::{Account, Entry, Looks, Truth};

/// What an account lives through. The same life with the same seed is the same to the last digit.
#[derive(Debug, Clone)]
pub struct Life {
    pub seed: u64,
    pub months: u32,
    /// Small purchases in a month.
    pub purchases: u32,
    /// Which of the ways to write narrations; [`super::Layout::dialect`] has the layout's.
    pub dialect: usize,
    pub start: Day,
}

/// Three banks' ways to write one thing. `#` is a number of twelve digits, `~` one of six, `%` the month.
struct Kind {
    notes: [&'static str; 3],
    credit: bool,
    truth: Truth,
    reference: bool,
}

const fn kind(credit: bool, channel: &'static str, notes: [&'static str; 3]) -> Kind {
    let truth = Truth { channel, description: "", category: "", salary: false, set: 0 };
    Kind { notes, credit, truth, reference: false }
}

impl Kind {
    const fn described(mut self, description: &'static str) -> Kind {
        self.truth.description = description;
        self
    }

    const fn sold(mut self, category: &'static str) -> Kind {
        self.truth.category = category;
        self
    }

    const fn set(mut self, set: u32) -> Kind {
        self.truth.set = set;
        self
    }

    const fn referenced(mut self) -> Kind {
        self.reference = true;
        self
    }
}

const TRANSFER: &str = "net_banking_transfer";

const SALARY: Kind = Kind {
    notes: [
        "NEFT CR-CITI0000002-BLUE LOTUS SYSTEMS PVT LTD-SALARY % CITIN#",
        "BY TRANSFER-NEFT*CITI0000002*CITIN#*BLUE LOTUS SYSTEMS PVT LTD--",
        "NEFT/CITIN#/BLUE LOTUS SYSTEMS PVT LTD/SALARY %/CITIBANK",
    ],
    credit: true,
    truth: Truth { channel: "salary", description: "", category: "", salary: true, set: 1 },
    reference: true,
};
const EMI: Kind = kind(
    false,
    "auto_debit_payment",
    ["ACH D- BAJAJ FINANCE LTD-P~", "DEBIT-ACHDr HDFC00000010001 BAJAJ FINANCE LTD ~", "NACH/BAJAJ FINANCE LTD/~/ACH"],
)
.described("lender_transaction")
.sold("loans")
.set(2);
const RENT: Kind = kind(
    false,
    TRANSFER,
    [
        "IMPS-#-PALM GROVE PROPERTIES-HDFC-XXXXXXXX1234-HOUSE RENT",
        "TO TRANSFER-INB IMPS#/XXXXXXX234/HDFC/PALM GROVE PROPERTIES--",
        "MMT/IMPS/#/RENT/PALM GROVE PROPERTIES/HDFC BANK",
    ],
)
.set(3)
.referenced();
const SIP: Kind = kind(
    false,
    "auto_debit_payment",
    [
        "ACH D- NIPPON INDIA MUTUAL FUND-~",
        "DEBIT-ACHDr UTIB00000010002 NIPPON INDIA MUTUAL FUND ~",
        "NACH/NIPPON INDIA MUTUAL FUND/~/ACH",
    ],
)
.sold("investments")
.set(4);
const POWER: Kind = kind(
    false,
    "bill_payment",
    [
        "BILLPAY-BESCOM ELECTRICITY-BLR~",
        "TO TRANSFER-INB BILL PAYMENT BESCOM ELECTRICITY ~--",
        "BIL/ONL/#/BESCOM ELECTRICITY/~",
    ],
)
.described("electric_bill")
.sold("bills")
.set(5);
const PHONE: Kind = kind(
    false,
    "bill_payment",
    ["BILLPAY-AIRTEL POSTPAID-AIR~", "TO TRANSFER-INB BILL PAYMENT AIRTEL POSTPAID ~--", "BIL/ONL/#/AIRTEL POSTPAID/~"],
)
.described("telco_bill")
.sold("bills")
.set(6);
const ATM: Kind = kind(
    false,
    "cash_withdrawl",
    [
        "ATW-512967XXXXXX1234-S1ANBG12-BANGALORE",
        "ATM WDL-ATM CASH ~ M G ROAD BENGALURU--",
        "NFS/CASH WDL/#/~/BANGALORE/",
    ],
);
const FRIEND: Kind = kind(
    true,
    "upi",
    [
        "UPI-ANITA RAO-ANITARAO@OKSBI-SBIN0001234-#-DINNER SPLIT",
        "BY TRANSFER-UPI/CR/#/ANITA RAO/SBIN/anitarao@o/DINNER--",
        "UPI/P2A/#/ANITA RAO/STATE BANK/DINNER SPLIT",
    ],
);
const INTEREST: Kind =
    kind(true, "bank_interest", ["CREDIT INTEREST CAPITALISED", "INTEREST CREDIT--", "~:Int.Pd:Quarter to %"]);
const FEE: Kind = kind(
    false,
    "bank_charge",
    ["SMS ALERT CHRG INCL GST %", "SMS CHARGES FOR % QUARTER--", "Consolidated Charges for A/c incl GST ~"],
);
const UNPAID_EMI: Kind = kind(
    false,
    "auto_debit_payment",
    ["ACH D- TATA CAPITAL LTD-~", "DEBIT-ACHDr ICIC00000010003 TATA CAPITAL LTD ~", "NACH/TATA CAPITAL LTD/~/ACH"],
)
.described("lender_transaction")
.sold("loans");
const EMI_BOUNCE: Kind = kind(
    true,
    "auto_debit_payment_bounce",
    [
        "ACH D- RETURN-TATA CAPITAL LTD-~-INSUFFICIENT FUNDS",
        "CREDIT-ACH RETURN TATA CAPITAL LTD ~ INSUFFICIENT BALANCE--",
        "REV/NACH RTN/TATA CAPITAL LTD/~/FUNDS INSUFFICIENT",
    ],
);
const EMI_BOUNCE_FEE: Kind = kind(
    false,
    "bank_charge",
    ["ACH DEBIT RETURN CHARGES ~", "ACH RETURN CHARGES INCL GST ~--", "NACH RTN CHRG/~/INCL GST"],
)
.described("ach_bounce_charge");
const CHEQUE_IN: Kind = kind(
    true,
    "chq",
    [
        "CHQ DEP-~-MICR CLG-BANGALORE WBO",
        "BY CLEARING-CHEQUE DEPOSIT ~ SYNDICATE TRADERS--",
        "CLG/SYNDICATE TRADERS/~/HDF",
    ],
)
.referenced();
const CHEQUE_IN_BACK: Kind = kind(
    false,
    "outward_cheque_bounce",
    [
        "O/W CHQ RETURN-~-FUNDS INSUFFICIENT",
        "CHEQUE DEPOSITED RETURNED ~ INSUFFICIENT FUNDS--",
        "OW RTN CLG/~/FUNDS INSUFFICIENT",
    ],
)
.described("chq_bounce_insuff_funds");
const CHEQUE_OUT: Kind = kind(
    false,
    "chq",
    ["CHQ PAID-MICR CTS-~-GREEN SCHOOL TRUST", "CHEQUE PAID TO GREEN SCHOOL TRUST ~--", "CLG/GREEN SCHOOL TRUST/~/AXB"],
)
.referenced();
const CHEQUE_OUT_BACK: Kind = kind(
    true,
    "inward_cheque_bounce",
    [
        "I/W CHQ RETURN-~-FUNDS INSUFFICIENT",
        "CHEQUE ISSUED RETURNED ~ INSUFFICIENT FUNDS--",
        "IW RTN CLG/~/FUNDS INSUFFICIENT",
    ],
)
.described("chq_bounce_insuff_funds");
const CASH_IN: Kind = kind(
    true,
    "cash_deposit",
    [
        "CASH DEPOSIT BY SELF-BANGALORE",
        "BY CASH-CASH DEPOSIT SELF AT 1234 BENGALURU--",
        "BY CASH/~/BANGALORE MG ROAD/SELF",
    ],
);
const NEFT_BACK: Kind = kind(
    true,
    "refund",
    [
        "NEFT RETURN-#-ACCOUNT DOES NOT EXIST",
        "BY TRANSFER-NEFT RETURN # INVALID ACCOUNT--",
        "NEFT RTN/#/ACCOUNT CLOSED",
    ],
)
.described("neft_return");
const LOAN: Kind = kind(
    true,
    TRANSFER,
    [
        "NEFT CR-HDFC0000240-MUTHOOT FINANCE LTD-LOAN DISBURSAL-N#",
        "BY TRANSFER-NEFT*HDFC0000240*N#*MUTHOOT FINANCE LTD--",
        "NEFT/N#/MUTHOOT FINANCE LTD/LOAN DISBURSAL",
    ],
)
.described("lender_transaction")
.sold("loans");

const PURCHASES: &[Kind] = &[
    kind(
        false,
        "upi",
        [
            "UPI-SWIGGY-SWIGGYSTORES@AXB-UTIB0000100-#-ORDER",
            "TO TRANSFER-UPI/DR/#/SWIGGY/YESB/swiggystor/PAYMENT--",
            "UPI/P2M/#/SWIGGY/ORDER/YES BANK",
        ],
    )
    .sold("food"),
    kind(
        false,
        "upi",
        [
            "UPI-BIGBASKET-BIGBASKET@YBL-YESB0YBLUPI-#-GROCERY",
            "TO TRANSFER-UPI/DR/#/BIGBASKET/YESB/bigbasket@/PAYMENT--",
            "UPI/P2M/#/BIGBASKET/PAYMENT/ICICI BANK",
        ],
    )
    .sold("groceries"),
    kind(
        false,
        "debit_card",
        [
            "POS 512967XXXXXX1234 APOLLO PHARMACY",
            "by debit card-SBIPG #APOLLO PHARMACY BENGALURU--",
            "VPS/APOLLO PHARMACY/#/BANGALORE",
        ],
    )
    .sold("medical"),
    kind(
        false,
        "debit_card",
        [
            "POS 512967XXXXXX1234 INDIAN OIL PETROL",
            "by debit card-SBIPOS #INDIAN OIL PETROL BENGALURU--",
            "VPS/INDIAN OIL PETROL/#/BANGALORE",
        ],
    )
    .sold("fuel"),
    kind(
        false,
        "payment_gateway_purchase",
        ["PG RAZORPAY-MYNTRA DESIGNS-#", "ECOM PUR-RAZORPAY MYNTRA DESIGNS #--", "PAYU/#/MYNTRA DESIGNS"],
    )
    .sold("shopping"),
    kind(
        false,
        "upi",
        [
            "UPI-UBER INDIA-UBERINDIA@HDFCBANK-HDFC0000499-#-RIDE",
            "TO TRANSFER-UPI/DR/#/UBER INDIA/HDFC/uberindia@/PAYMENT--",
            "UPI/P2M/#/UBER INDIA/RIDE/HDFC BANK",
        ],
    )
    .sold("travel"),
];

impl Life {
    /// Somebody with a job, a loan, a rent, a fund, bills, and some accidents.
    #[must_use]
    pub fn salaried(seed: u64) -> Life {
        let start = Day::new(2023, 7, 1).unwrap();
        Life { seed, months: 6, purchases: 12, dialect: 0, start }
    }

    #[must_use]
    pub fn dialect(self, dialect: usize) -> Life {
        Life { dialect, ..self }
    }

    #[must_use]
    pub fn months(self, months: u32) -> Life {
        Life { months, ..self }
    }

    #[must_use]
    pub fn purchases(self, purchases: u32) -> Life {
        Life { purchases, ..self }
    }

    #[must_use]
    pub fn account(&self) -> Account {
        let mut told = Told { life: self, chance: self.seed, entries: Vec::new() };
        for month in 0..self.months {
            told.month(month);
        }
        let mut entries = told.entries;
        entries.sort_by_key(|entry| entry.day);
        let last = self.start.plus_months(self.months).plus_days(-1);
        let mut account = Account {
            bank: "HDFC BANK LTD",
            ifsc: "HDFC0001234",
            micr: "560240012",
            number: format!("5010{:010}", (self.seed * 7_919 + 12_345_678) % 10_000_000_000),
            holder: "ROHAN TESTWALA".to_owned(),
            address: vec!["FLAT 12 SAMPLE TOWERS".into(), "EXAMPLE NAGAR".into(), "BENGALURU 560001".into()],
            from: self.start,
            to: last,
            opening: Paise::new(18_734_550),
            entries,
            stated: None,
        };
        account.carry_forward(0);
        account
    }
}

struct Told<'a> {
    life: &'a Life,
    chance: u64,
    entries: Vec<Entry>,
}

impl Told<'_> {
    /// One of `count`, by splitmix64.
    fn one_of(&mut self, count: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % count
    }

    fn between(&mut self, low: u64, high: u64) -> i64 {
        i64::try_from(low + self.one_of(high - low)).unwrap()
    }

    fn month(&mut self, month: u32) {
        let salary = self.between(6_781_700, 6_859_900);
        self.add(month, 1, &SALARY, salary);
        self.add(month, 5, &EMI, 854_300);
        self.add(month, 3, &RENT, 1_850_000);
        self.add(month, 10, &SIP, 500_000);
        let power = self.between(140_011, 159_977);
        self.add(month, 18, &POWER, power);
        self.add(month, 21, &PHONE, 58_882);
        for day in [7, 19] {
            let notes = self.between(3, 12);
            let day = day + self.between(0, 5);
            self.add(month, day, &ATM, notes * 50_000);
        }
        for _ in 0..self.life.purchases {
            let (which, day) = (self.one_of(PURCHASES.len() as u64), self.between(1, 28));
            let amount = self.between(8_900, 148_000);
            self.add(month, day, &PURCHASES[usize::try_from(which).unwrap()], amount);
        }
        if month % 3 == 2 {
            let interest = self.between(50_000, 90_000);
            self.add(month, 27, &INTEREST, interest);
            self.add(month, 28, &FEE, 1_770);
        }
        self.accidents(month);
    }

    fn accidents(&mut self, month: u32) {
        match month {
            0 => self.add(month, 16, &FRIEND, 123_400),
            1 => {
                self.add(month, 13, &UNPAID_EMI, 612_300);
                self.add(month, 13, &EMI_BOUNCE, 612_300);
                self.add(month, 14, &EMI_BOUNCE_FEE, 59_000);
                self.add(month, 23, &CASH_IN, 950_000);
            }
            2 => {
                self.add(month, 11, &CHEQUE_IN, 2_340_050);
                self.add(month, 13, &CHEQUE_IN_BACK, 2_340_050);
                self.add(month, 26, &NEFT_BACK, 321_075);
            }
            3 => {
                self.add(month, 12, &CHEQUE_OUT, 1_575_000);
                self.add(month, 12, &CHEQUE_OUT_BACK, 1_575_000);
                self.add(month, 20, &LOAN, 7_512_500);
            }
            _ => {}
        }
    }

    fn add(&mut self, month: u32, day: i64, kind: &Kind, paise: i64) {
        let mut on = self.life.start.plus_months(month).plus_days(day - 1);
        // Banks are closed on some days, and cheques, cash and salaries wait for the next.
        while on.is_sunday() || on.is_bank_saturday() || fixed_holiday(on) {
            on = on.plus_days(1);
        }
        let (twelve, six) = (self.one_of(900_000_000_000) + 100_000_000_000, self.one_of(900_000) + 100_000);
        let note = kind.notes[self.life.dialect % 3].replace('#', &twelve.to_string());
        let note = note.replace('~', &six.to_string()).replace('%', &on.long_text()[2..].trim().to_uppercase());
        let mut truth = kind.truth;
        if truth.channel == "salary" && !note.contains("SALARY") {
            truth.channel = TRANSFER;
        }
        let reference = kind.reference.then(|| six.to_string());
        let amount = Paise::new(paise);
        let entry = Entry {
            day: on,
            credit: kind.credit,
            amount,
            balance: Paise::ZERO,
            note,
            reference,
            truth,
            looks: Looks::Clean,
        };
        self.entries.push(entry);
    }
}

/// The three days on which every bank of India is closed.
fn fixed_holiday(day: Day) -> bool {
    let text = day.to_string();
    ["01-26", "08-15", "10-02"].contains(&&text[5..])
}
