//! What a loan agreement says: the port's own types.

pub use qist_app::ports::documents::{
    Agreement, BankAccount, Borrower, Clause, ESignRecord, EmiMethod, Fee, Lender, LoanSummary, Officer, Platform,
    ScheduleRow, StandardTerms,
};
