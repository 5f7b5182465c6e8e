//! Where a loan application stands: the contract's loan status, and every move of it.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LoanStatus {
    FreshLoan,
    LoanDetailsSubmitted,
    KycProcessing,
    KycSuccess,
    KycRejected,
    LoanApproved,
    LoanRejected,
    BankProcessing,
    BankFailed,
    BankAdded,
    SignAgreement,
    Disbursed,
    Closed,
    Cancelled,
}

macro_rules! actions {
    ($($action:ident),*) => {
        /// What can be done to an application. Each is accepted, or refused, in each status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum LoanAction { $($action,)* }
        impl LoanAction {
            pub const ALL: &[LoanAction] = &[$(LoanAction::$action,)*];
        }
    };
}
actions!(
    EditDetails,
    SubmitDetails,
    SubmitKyc,
    VerifyKyc,
    RejectKyc,
    Approve,
    Reject,
    RenewOffers,
    AcceptOffer,
    AddBank,
    VerifyBank,
    FailBank,
    RunMandate,
    Sign,
    GenerateAgreement,
    Disburse,
    Close,
    Cancel
);

impl LoanStatus {
    pub const ALL: &[LoanStatus] = &[
        LoanStatus::FreshLoan,
        LoanStatus::LoanDetailsSubmitted,
        LoanStatus::KycProcessing,
        LoanStatus::KycSuccess,
        LoanStatus::KycRejected,
        LoanStatus::LoanApproved,
        LoanStatus::LoanRejected,
        LoanStatus::BankProcessing,
        LoanStatus::BankFailed,
        LoanStatus::BankAdded,
        LoanStatus::SignAgreement,
        LoanStatus::Disbursed,
        LoanStatus::Closed,
        LoanStatus::Cancelled,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LoanStatus::FreshLoan => "FRESH_LOAN",
            LoanStatus::LoanDetailsSubmitted => "LOAN_DETAILS_SUBMITTED",
            LoanStatus::KycProcessing => "KYC_PROCESSING",
            LoanStatus::KycSuccess => "KYC_SUCCESS",
            LoanStatus::KycRejected => "KYC_REJECTED",
            LoanStatus::LoanApproved => "LOAN_APPROVED",
            LoanStatus::LoanRejected => "LOAN_REJECTED",
            LoanStatus::BankProcessing => "BANK_PROCESSING",
            LoanStatus::BankFailed => "BANK_FAILED",
            LoanStatus::BankAdded => "BANK_ADDED",
            LoanStatus::SignAgreement => "SIGN_AGREEMENT",
            LoanStatus::Disbursed => "DISBURSED",
            LoanStatus::Closed => "CLOSED",
            LoanStatus::Cancelled => "CANCELLED",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<LoanStatus> {
        Self::ALL.iter().copied().find(|status| status.name() == name)
    }

    /// Whether nothing can move it any more.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, LoanStatus::Closed | LoanStatus::Cancelled | LoanStatus::LoanRejected)
    }

    /// The status after `action`, or `None` where the action is refused.
    #[must_use]
    pub fn after(self, action: LoanAction) -> Option<LoanStatus> {
        use LoanAction as A;
        use LoanStatus as S;
        let after = match (self, action) {
            (S::FreshLoan, A::EditDetails) => S::FreshLoan,
            (S::FreshLoan, A::SubmitDetails) => S::LoanDetailsSubmitted,
            (S::LoanDetailsSubmitted, A::EditDetails) => S::LoanDetailsSubmitted,
            (S::LoanDetailsSubmitted | S::KycRejected, A::SubmitKyc) => S::KycProcessing,
            (S::KycProcessing, A::VerifyKyc) => S::KycSuccess,
            (S::KycProcessing, A::RejectKyc) => S::KycRejected,
            (S::KycSuccess, A::Approve) => S::LoanApproved,
            (S::KycSuccess, A::Reject) => S::LoanRejected,
            (S::LoanApproved, A::RenewOffers | A::AcceptOffer) => S::LoanApproved,
            (S::LoanApproved | S::BankFailed, A::AddBank) => S::BankProcessing,
            (S::BankProcessing, A::VerifyBank) => S::BankAdded,
            (S::BankProcessing, A::FailBank) => S::BankFailed,
            (S::BankAdded, A::RunMandate) => S::BankAdded,
            (S::BankAdded, A::Sign) => S::SignAgreement,
            (S::SignAgreement, A::GenerateAgreement) => S::SignAgreement,
            (S::SignAgreement, A::Disburse) => S::Disbursed,
            (S::Disbursed, A::Close) => S::Closed,
            (
                S::FreshLoan
                | S::LoanDetailsSubmitted
                | S::KycProcessing
                | S::KycSuccess
                | S::KycRejected
                | S::LoanApproved
                | S::BankFailed
                | S::BankAdded
                | S::SignAgreement,
                A::Cancel,
            ) => S::Cancelled,
            _ => return None,
        };
        Some(after)
    }

    /// The whole table as Markdown, for `docs/generated/statuses.md`.
    #[must_use]
    pub fn table() -> String {
        let mut out = String::from("| status |");
        for action in LoanAction::ALL {
            out.push_str(&format!(" {action:?} |"));
        }
        out.push_str("\n| --- |");
        out.push_str(&" --- |".repeat(LoanAction::ALL.len()));
        for status in LoanStatus::ALL {
            out.push_str(&format!("\n| `{}` |", status.name()));
            for action in LoanAction::ALL {
                let cell = status.after(*action).map_or("", LoanStatus::name);
                out.push_str(&format!(" {cell} |"));
            }
        }
        out.push('\n');
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finished_application_accepts_nothing() {
        for status in LoanStatus::ALL.iter().filter(|status| status.is_final()) {
            for action in LoanAction::ALL {
                assert_eq!(status.after(*action), None, "{status:?} {action:?}");
            }
        }
    }

    #[test]
    fn the_contract_names_who_can_be_cancelled() {
        let can: Vec<&str> = LoanStatus::ALL
            .iter()
            .filter(|status| status.after(LoanAction::Cancel).is_some())
            .map(|status| status.name())
            .collect();
        assert_eq!(
            can,
            [
                "FRESH_LOAN",
                "LOAN_DETAILS_SUBMITTED",
                "KYC_PROCESSING",
                "KYC_SUCCESS",
                "KYC_REJECTED",
                "LOAN_APPROVED",
                "BANK_FAILED",
                "BANK_ADDED",
                "SIGN_AGREEMENT"
            ]
        );
    }

    #[test]
    fn every_status_can_be_reached_from_a_fresh_loan() {
        let mut reached = vec![LoanStatus::FreshLoan];
        let mut at = 0;
        while at < reached.len() {
            for action in LoanAction::ALL {
                if let Some(next) = reached[at].after(*action)
                    && !reached.contains(&next)
                {
                    reached.push(next);
                }
            }
            at += 1;
        }
        assert_eq!(reached.len(), LoanStatus::ALL.len());
    }
}
