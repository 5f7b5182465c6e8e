//! A made-up agreement, whole and consistent, for tests and for looking at.

use qist_documents::{
    Agreement, BankAccount, Borrower, ESignRecord, EmiMethod, Fee, Lender, LoanSummary, Officer, Platform, ScheduleRow,
    StandardTerms, standard_clauses,
};
use qist_domain::day::Day;
use qist_domain::money::Paise;

const LOAN: Paise = Paise::from_rupees(120_000);

/// Two percent a month on what is still owed.
const MONTHLY_RATE: (i64, i64) = (2, 100);

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn lines(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| (*part).to_owned()).collect()
}

/// An unsigned agreement of so many monthly instalments.
pub fn draft(instalments: u32) -> Agreement {
    let schedule = schedule(instalments);
    let total = |part: fn(&ScheduleRow) -> Paise| Paise::total(schedule.iter().map(part)).unwrap();
    Agreement {
        application_number: "SAMP-LAP-2026-0041877".into(),
        agreement_day: day("2026-11-20"),
        place: "Mumbai".into(),
        lender: lender(),
        platform: platform(),
        borrower: borrower(),
        loan: LoanSummary {
            amount: LOAN,
            tenure_months: instalments,
            annual_rate_percent: "24".into(),
            emi_method: EmiMethod::ReducingBalance,
            emi: schedule.first().map_or(Paise::ZERO, |row| row.instalment),
            instalment_count: instalments,
            first_due_day: day("2027-01-03"),
            net_disbursal: Paise::new(11_716_800),
            total_payable: total(|row| row.instalment),
            total_interest: total(|row| row.interest),
            apr_percent: Some("28.31".into()),
        },
        fees: fees(),
        disbursal_account: BankAccount {
            account_number_masked: "XXXXXXXX4521".into(),
            ifsc: "SAMP0001234".into(),
            bank_name: "Sahyadri Sample Bank".into(),
            holder_name: "Kshitija Shrivastava".into(),
        },
        schedule,
        clauses: standard_clauses(&StandardTerms {
            cooling_off_days: 3,
            penal_charge: "2% a month of the overdue amount, counted by the day".into(),
            prepayment_charge: Some("3% of the principal paid early, plus GST".into()),
            courts_at: "Mumbai".into(),
        }),
        e_sign: None,
    }
}

pub fn signed(instalments: u32) -> Agreement {
    Agreement { e_sign: Some(e_sign()), ..draft(instalments) }
}

pub fn e_sign() -> ESignRecord {
    ESignRecord {
        signer_name: "Kshitija Shrivastava".into(),
        signed_at_ist: "2026-11-20 14:05:09".into(),
        ip_address: "203.0.113.24".into(),
        otp_reference: "ES-7F3A-20261120-0912".into(),
        mobile_masked: "XXXXXX3210".into(),
        unsigned_document_sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        verification_note: "The one-time password was sent to the mobile number above and was entered correctly. To verify this document, \
                            ask the Lender for the unsigned draft and compare its SHA-256 value with the one shown here."
            .into(),
    }
}

fn lender() -> Lender {
    Lender {
        legal_name: "Sampoorna Finserv Private Limited".into(),
        address: lines(&["4th Floor, Maker Towers", "Cuffe Parade", "Mumbai 400005", "Maharashtra"]),
        cin: "U65999MH2014PTC000000".into(),
        grievance_officer: Officer {
            name: "Meera Deshpande".into(),
            phone: "+91 22 0000 1234".into(),
            email: "grievance@sampoorna.example".into(),
        },
    }
}

fn platform() -> Platform {
    Platform {
        name: "Udaan Bazaar Technologies Private Limited".into(),
        address: lines(&["22 Residency Road", "Bengaluru 560025", "Karnataka"]),
        grievance_officer: Officer {
            name: "Imran Qureshi".into(),
            phone: "+91 80 0000 5678".into(),
            email: "care@udaanbazaar.example".into(),
        },
    }
}

fn borrower() -> Borrower {
    Borrower {
        name: "Kshitija Shrivastava".into(),
        name_in_hindi: Some("क्षितिजा श्रीवास्तव".into()),
        customer_id: "CUST-88213".into(),
        mobile_masked: "XXXXXX3210".into(),
        pan_masked: "XXXXX1234X".into(),
        address: lines(&["B-12, Vrindavan Society", "Kothrud", "Pune 411038", "Maharashtra"]),
    }
}

fn fees() -> Vec<Fee> {
    [("Processing fee", 200_000, 36_000), ("Documentation charge", 40_000, 7_200)]
        .map(|(name, amount, gst)| Fee {
            name: name.into(),
            amount: Paise::new(amount),
            gst_percent: "18".into(),
            gst: Paise::new(gst),
            total: Paise::new(amount + gst),
        })
        .to_vec()
}

/// Equal instalments but for the last, which takes the remainder.
fn schedule(instalments: u32) -> Vec<ScheduleRow> {
    let interest_on = |principal: i64| principal * MONTHLY_RATE.0 / MONTHLY_RATE.1;
    let left_after =
        |instalment: i64| (0..instalments).fold(LOAN.get(), |left, _| left + interest_on(left) - instalment);
    let (mut low, mut high) = (0, LOAN.get() * 2);
    while low < high {
        let middle = (low + high) / 2;
        if left_after(middle) <= 0 { high = middle } else { low = middle + 1 }
    }
    let mut opening = LOAN.get();
    (1..=instalments)
        .map(|number| {
            let interest = interest_on(opening);
            let principal = if number == instalments { opening } else { low - interest };
            let row = ScheduleRow {
                number,
                due_day: day("2026-12-03").plus_months(number),
                opening_principal: Paise::new(opening),
                principal: Paise::new(principal),
                interest: Paise::new(interest),
                instalment: Paise::new(principal + interest),
                closing_principal: Paise::new(opening - principal),
            };
            opening -= principal;
            row
        })
        .collect()
}
