//! A made-up agreement, whole and consistent, for tests and for looking at.

use qist_app::ports::documents::{PaperHead, PaperSays, PaperToPrint, StatementToPrint};
use qist_documents::{
    Agreement, BankAccount, Borrower, ESignRecord, EmiMethod, Fee, Lender, LoanSummary, Officer, Platform, ScheduleRow,
    StandardTerms, standard_clauses,
};
use qist_domain::day::Day;
use qist_domain::event::EntityType;
use qist_domain::id::{ApplicationId, FactId, InstallmentId, LenderId, SourcingEntityId, UserId};
use qist_domain::kfs::{KeyFacts, Language, NewKeyFacts};
use qist_domain::loan::{Fact, FactKind, Loan, NoDues, Paid, Quote};
use qist_domain::money::{PAISE_MAX, Paise};
use qist_domain::product::{
    ChargeKind, ChargeRule, ContingentCharge, ContingentKind, DailyRule, DisbursalPart, Fee as ProductFee, PartDay,
    PartShare, Terms, UpfrontCharge,
};
use qist_domain::programme::{AgreementTerms, BorrowerKind, EntitySettings, LenderSettings, SourcingEntity};
use uuid::Uuid;

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
            line_months: None,
            parts: Vec::new(),
            cooling_off_days: 3,
            contingent: contingent(),
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

/// A penal charge counted by the day, and one for repaying early.
pub fn contingent() -> Vec<ContingentCharge> {
    let (percent, unbounded) = ("24".parse().unwrap(), Paise::new(PAISE_MAX));
    let late = ChargeRule::Daily(DailyRule::PerAnnum { percent, grace_days: 3, max_paise: unbounded });
    let (min_paise, max_paise) = (Paise::ZERO, unbounded);
    let early = ChargeRule::Once(ProductFee::Percent { percent: "3".parse().unwrap(), min_paise, max_paise });
    let charge = |kind, rule, gst: &str| ContingentCharge { kind, name: None, rule, gst: gst.parse().unwrap() };
    vec![charge(ContingentKind::LatePayment, late, "0"), charge(ContingentKind::Foreclosure, early, "18")]
}

/// Terms with a fee, an insurance for a third party, and a broken period.
pub fn terms() -> Terms {
    let insurance = UpfrontCharge {
        kind: ChargeKind::Insurance,
        name: None,
        third_party: Some("Sample Life Insurance".to_owned()),
        fee: ProductFee::Fixed { amount_paise: Paise::from_rupees(900) },
        gst: "18".parse().unwrap(),
    };
    Terms {
        fee: ProductFee::Fixed { amount_paise: Paise::from_rupees(2_000) },
        gst: "18".parse().unwrap(),
        charges: vec![insurance],
        contingent: contingent(),
        anchor_day: Some(5),
        ..Terms::new(EmiMethod::ReducingBalance, "24".parse().unwrap())
    }
}

/// The same in two stages, with a seller who bears a part.
pub fn terms_in_stages() -> Terms {
    let part = |share, days| DisbursalPart { share, after: PartDay::Days(days) };
    let disbursals = vec![part(PartShare::Percent("40".parse().unwrap()), 0), part(PartShare::Rest, 30)];
    Terms { disbursals, subvention: ProductFee::Fixed { amount_paise: Paise::from_rupees(1_000) }, ..terms() }
}

/// A statement on so many monthly instalments.
pub fn statement(terms: &Terms, instalments: u32, language: Language) -> StatementToPrint {
    statement_on(terms, LOAN, instalments, language)
}

pub fn statement_on(terms: &Terms, amount: Paise, instalments: u32, language: Language) -> StatementToPrint {
    let quote = Quote::new(terms, amount, instalments, day("2026-11-20")).unwrap();
    let officer = |officer: Officer| qist_domain::programme::Officer {
        name: officer.name,
        email: officer.email,
        phone: officer.phone,
    };
    let lender_settings = LenderSettings {
        legal_name: lender().legal_name,
        grievance_officer: officer(lender().grievance_officer),
        agreement: AgreementTerms { recovery_agents: true, ..AgreementTerms::default() },
        ..LenderSettings::default()
    };
    let platform_settings =
        EntitySettings { grievance_officer: officer(platform().grievance_officer), ..EntitySettings::default() };
    let new = NewKeyFacts {
        proposal_number: "FB1605862800000000-1".into(),
        application_number: "FB1605862800000000".into(),
        issued_at: day("2026-11-20").start().plus_seconds(50_709),
        offer_days: 30,
        borrower: BorrowerKind::Personal,
        lender: &qist_domain::programme::Lender {
            id: "2fee9ba7-52e1-4873-8328-e0dff99cdc83".parse().unwrap(),
            code: "sampoorna".into(),
            name: "Sampoorna".into(),
            settings: lender_settings,
        },
        platform: &SourcingEntity {
            id: "2fee9ba7-52e1-4873-8328-e0dff99cdc83".parse().unwrap(),
            code: "udaan".into(),
            name: platform().name,
            settings: platform_settings,
        },
    };
    let facts = KeyFacts::new(new, quote).unwrap();
    StatementToPrint { facts, sha256: e_sign().unsigned_document_sha256, language }
}

/// A paper of a loan over twelve instalments of which three are paid.
pub fn paper(name: &str) -> PaperToPrint {
    let quote = Quote::new(&Terms { anchor_day: None, ..terms() }, LOAN, 12, day("2026-12-01")).unwrap();
    let fact =
        |n: u128, on: Day, kind| Fact { id: FactId(Uuid::from_u128(n)), value_day: on, recorded_at: on.start(), kind };
    let mut facts = vec![fact(1, quote.start, FactKind::Disbursed { utr: "SAMPN52026120100001".into() })];
    for (n, row) in (2..).zip(quote.rows.iter().take(3)) {
        let (amount, reference) = (row.instalment(), format!("T{}", row.num));
        let paid = Paid { installment_num: row.num, amount, mode: "upi".into(), reference, by: EntityType::Customer };
        facts.push(fact(n, row.due_day, FactKind::Paid(paid)));
    }
    let id = Uuid::from_u128(7);
    let ids = quote.rows.iter().map(|row| InstallmentId(Uuid::from_u128(row.num.into()))).collect();
    let (tenant, user, lender_id) = (SourcingEntityId(id), UserId(id), LenderId(id));
    let first = facts.remove(0);
    let change = Loan::disburse(
        qist_domain::loan::Borrowed {
            application: ApplicationId(id),
            transaction: None,
            tenant,
            user,
            lender: lender_id,
        },
        quote.clone(),
        ids,
        first,
    )
    .unwrap();
    let mut loan = change.state().clone();
    loan.facts.extend(facts);
    let today = day("2027-05-10");
    let says = match name {
        "statement" => PaperSays::Statement(loan.account(today)),
        "no-dues" => PaperSays::NoDues(NoDues {
            closed_day: day("2027-07-10"),
            lent: LOAN,
            paid: Paise::new(12_500_000),
            waived: Paise::from_rupees(500),
            excess: Paise::from_rupees(12),
        }),
        _ => PaperSays::Interest(loan.year("2026".parse().unwrap(), today).unwrap()),
    };
    let (lender, platform, borrower) = (lender(), platform(), borrower());
    let officer = lender.grievance_officer;
    let head = PaperHead {
        lender: lender.legal_name,
        lender_address: lender.address.join("\n"),
        lender_cin: lender.cin,
        officer: qist_domain::programme::Officer { name: officer.name, email: officer.email, phone: officer.phone },
        platform: platform.name,
        borrower: borrower.name,
        customer_id: borrower.customer_id,
        application_number: "SAMP-LAP-2026-0041877".into(),
        lent: LOAN,
        annual_rate_percent: quote.terms.annual_rate.to_string(),
        disbursed_day: quote.start,
        issued_day: today,
    };
    PaperToPrint { name: name.to_owned(), head, says }
}
