//! The borrower's papers of a loan: their shape as data, the same for whoever may see them, and behind signed links as PDFs.

pub(crate) mod data;
mod open;

pub(crate) use open::routes;
use qist_app::servicing::papers::Paper;
use qist_domain::refusal::{Code, Refusal};

use crate::extract::{Params, formatted};

/// The paper that a path and its query name.
pub(crate) fn asked(kind: &str, params: &Params) -> Result<Paper, Refusal> {
    match kind {
        "statement" => Ok(Paper::Statement),
        "no-dues" => Ok(Paper::NoDues),
        "interest-certificate" => Ok(Paper::InterestCertificate(formatted("year", params.required("year")?.parse())?)),
        _ => {
            let message = "there is no such paper: use statement, interest-certificate or no-dues";
            Err(Refusal::because(Code::PaperNotFound, message))
        }
    }
}
