//! One loan from its customer's first call to its last instalment, and what each call refuses.

mod customer;
mod journey;
mod loan;
mod refusals;
mod stranger;

use serde_json::{Value, json};

use super::step::Step;

const ABOUT: &str =
    "Run the whole folder, in its order, against a development server. Every run makes customers of its own.";

pub(super) fn folder() -> Value {
    let parts = [
        ("1. A customer arrives", customer::steps()),
        ("2. The borrower applies", journey::apply()),
        ("3. The borrower chooses an offer", journey::choose()),
        ("4. The borrower signs", journey::sign()),
        ("5. The lender pays out", loan::pay_out()),
        ("6. The instalments come in", loan::repay()),
        ("7. What can be seen of it", loan::look_back()),
        ("8. A second application is cancelled", loan::cancel()),
        ("9. What is refused", refusals::steps()),
        ("10. Another sourcing entity", stranger::steps()),
    ];
    let part = |(name, steps): (&str, Vec<Step>)| json!({ "name": name, "item": steps.into_iter().map(Step::item).collect::<Vec<_>>() });
    json!({ "name": "Loan life", "description": ABOUT, "item": parts.map(part) })
}
