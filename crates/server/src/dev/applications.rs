//! Acme's demo applications: at least one in each status, made by running the real use cases.

use anyhow::{Context, ensure};
use qist_app::applications::cancel::CancelApplication;
use qist_app::caller::Caller;
use qist_app::lender::decide::RejectApplication;
use qist_app::lender::read::ReadAssigned;
use qist_app::loans::disburse::RecordDisbursal;
use qist_app::loans::repay::RecordRepayment;
use qist_app::run::App;
use qist_domain::application::LoanStatus;
use qist_domain::id::{ApiKeyId, ApplicationId};
use qist_domain::money::Paise;
use uuid::Uuid;

use super::borrower::{Borrower, Person};
use super::world::key_owner;
use crate::caller_of;
use crate::setup::explain;

/// One person for each status. What is special about a PAN or an account stands in `docs/generated/personas.md`.
const PEOPLE: &[(LoanStatus, Person)] = &[
    (LoanStatus::FreshLoan, person("acme-fresh", "9000000001", "Asha Rao", "ABCPR1201A", "50100100100901", 6500)),
    (
        LoanStatus::LoanDetailsSubmitted,
        person("acme-details", "9000000002", "Bala Iyer", "ABCPI1202B", "50100100100902", 6500),
    ),
    (LoanStatus::KycProcessing, person("acme-kyc", "9000000003", "Charu Sen", "ABCPS0102C", "50100100100903", 6500)),
    (
        LoanStatus::KycRejected,
        person("acme-kyc-rejected", "9000000004", "Dev Shah", "ABCPS0101D", "50100100100904", 6500),
    ),
    (
        LoanStatus::KycSuccess,
        person("acme-kyc-passed", "9000000005", "Esha Nair", "ABCPN0745E", "50100100100905", 15000),
    ),
    (
        LoanStatus::LoanApproved,
        person("acme-approved", "9000000006", "Farah Khan", "ABCPK1206F", "50100100100906", 6500),
    ),
    (
        LoanStatus::LoanRejected,
        person("acme-rejected", "9000000007", "Gopal Das", "ABCPD0752G", "50100100100907", 15000),
    ),
    (
        LoanStatus::BankProcessing,
        person("acme-bank", "9000000008", "Hema Pillai", "ABCPP1208H", "50100100100008", 6500),
    ),
    (
        LoanStatus::BankFailed,
        person("acme-bank-failed", "9000000009", "Irfan Ali", "ABCPA1209J", "50100100100001", 6500),
    ),
    (
        LoanStatus::BankAdded,
        person("acme-bank-added", "9000000010", "Jaya Menon", "ABCPM1210K", "50100100100910", 6500),
    ),
    (
        LoanStatus::SignAgreement,
        person("acme-signed", "9000000011", "क्षितिज शर्मा", "ABCPS1211L", "50100100100911", 6500),
    ),
    (
        LoanStatus::Disbursed,
        person("acme-disbursed", "9000000012", "Lata Kulkarni", "ABCPK1212M", "50100100100912", 6500),
    ),
    (LoanStatus::Closed, person("acme-closed", "9000000013", "Manoj Gupta", "ABCPG1213N", "50100100100913", 6500)),
    (LoanStatus::Cancelled, person("acme-cancelled", "9000000014", "Nisha Bose", "ABCPB1214P", "50100100100914", 6500)),
];

pub(super) const fn person(
    customer_id: &'static str,
    mobile: &'static str,
    name: &'static str,
    pan: &'static str,
    account: &'static str,
    amount: i32,
) -> Person {
    Person { customer_id, mobile, name, pan, account, amount }
}

/// Makes the applications, unless they are there already.
pub async fn build(app: &App) -> anyhow::Result<()> {
    let partner = caller_of(key_owner(app, "server", "acme").await?, ApiKeyId(Uuid::nil()));
    let known = app.eligibility(partner, PEOPLE[0].1.customer_id.to_owned()).await;
    if known.is_ok() {
        return Ok(());
    }
    for (status, person) in PEOPLE {
        let reached = make(app, partner, *status, person)
            .await
            .with_context(|| format!("demo customer {}", person.customer_id))?;
        ensure!(
            reached == *status,
            "demo customer {} is in {} and not in {}",
            person.customer_id,
            reached.name(),
            status.name()
        );
    }
    Ok(())
}

/// Takes one person as far as the status lies.
async fn make(app: &App, partner: Caller, target: LoanStatus, person: &Person) -> anyhow::Result<LoanStatus> {
    use LoanStatus as S;
    let borrower = Borrower::arrive(app, partner, person).await?;
    borrower.identify().await?;
    let application = borrower.apply().await?;
    if target == S::Cancelled {
        let cancel = CancelApplication { application, reason: "the customer asked for it".to_owned() };
        app.run(partner, cancel).await.map_err(explain)?;
    } else if target > S::FreshLoan {
        borrower.tell_details().await?;
        if target > S::LoanDetailsSubmitted {
            borrower.pass_kyc().await?;
        }
        if target == S::LoanRejected {
            let lender = lender_caller(app, "sahyadri").await?;
            let reject = RejectApplication { application, reason: "outside the lender's area".to_owned() };
            app.run(lender, reject).await.map_err(explain)?;
        } else if target > S::LoanRejected || target == S::LoanApproved {
            after_approval(app, &borrower, target, application).await?;
        }
    }
    let view = borrower.standing().await?;
    Ok(view.application.context("the demo customer has no application")?.status)
}

async fn after_approval(
    app: &App,
    borrower: &Borrower<'_>,
    target: LoanStatus,
    application: ApplicationId,
) -> anyhow::Result<()> {
    use LoanStatus as S;
    if target > S::LoanApproved {
        borrower.accept_first_offer(false).await?;
        borrower.add_bank().await?;
    }
    if matches!(target, S::SignAgreement | S::Disbursed | S::Closed) {
        borrower.sign().await?;
    }
    if matches!(target, S::Disbursed | S::Closed) {
        let lender = lender_caller(app, "meridian").await?;
        let utr = format!("DEMO{}", application.to_string()[24..].to_uppercase());
        app.run(lender, RecordDisbursal { application, utr: utr.clone(), day: None }).await.map_err(explain)?;
        if target == S::Closed {
            repay_all(app, lender, application, &utr).await?;
        }
    }
    Ok(())
}

async fn repay_all(app: &App, lender: Caller, application: ApplicationId, utr: &str) -> anyhow::Result<()> {
    app.ask(lender, ReadAssigned { application }).await.map_err(explain)?;
    for installment_num in 1..=6 {
        let repayment = RecordRepayment {
            loan: application.into(),
            installment_num,
            amount: Paise::from_rupees(1161),
            paid_at: app.clock.now(),
            mode: "neft".to_owned(),
            reference: format!("{utr}R{installment_num}"),
        };
        app.run(lender, repayment).await.map_err(explain)?;
    }
    Ok(())
}

pub(super) async fn lender_caller(app: &App, code: &str) -> anyhow::Result<Caller> {
    Ok(caller_of(key_owner(app, "lender", code).await?, ApiKeyId(Uuid::nil())))
}
