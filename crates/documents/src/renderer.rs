//! The one door of this crate.

use std::sync::{Arc, LazyLock};

use qist_app::ports::documents::{PaperToPrint, StatementToPrint};
use qist_domain::money::MoneyError;
use typst::syntax::Source;

use crate::agreement::data::Agreement;
use crate::agreement::view;
use crate::typesetter::{self, Stamp, Typesetter};
use crate::{papers, statement};

/// Why a document could not be made. None of these passes by itself: trying again with the same data
/// fails again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// A font or template that is built into this program cannot be read.
    #[error("the built-in {0} cannot be read")]
    BuiltIn(&'static str),
    #[error("a total of the document {0}")]
    Total(#[from] MoneyError),
    /// The data cannot be handed to the template.
    #[error("the document's data cannot be handed over: {0}")]
    Data(String),
    /// Typst refused the document, in its own words.
    #[error("the document cannot be typeset: {0}")]
    Typeset(String),
}

/// Makes PDF documents. Clones share the fonts, which are read when the first document is made.
///
/// Each method computes for some tens of milliseconds (optimised) on the calling thread and on rayon's
/// pool, and never waits for anything: async callers should use their blocking pool. Equal data makes
/// equal bytes, whenever and wherever it is rendered.
#[derive(Clone)]
pub struct Renderer {
    shared: Arc<LazyLock<Result<Shared, DocumentError>>>,
}

struct Shared {
    typesetter: Typesetter,
    agreement: Source,
    statement: Source,
    paper: Source,
}

impl Shared {
    fn read() -> Result<Self, DocumentError> {
        let agreement = typesetter::template("agreement.typ", include_str!("agreement/agreement.typ"))?;
        let statement = typesetter::template("statement.typ", include_str!("statement/statement.typ"))?;
        let paper = typesetter::template("paper.typ", include_str!("papers/paper.typ"))?;
        Ok(Shared { typesetter: Typesetter::new()?, agreement, statement, paper })
    }
}

impl Renderer {
    #[must_use]
    pub fn new() -> Self {
        Renderer { shared: Arc::new(LazyLock::new(Shared::read)) }
    }

    /// The loan agreement as a PDF/A-2a file: a draft where `data.e_sign` is absent, the signed document where
    /// it is there.
    ///
    /// # Errors
    /// [`DocumentError::Total`] where the sums of the schedule or of the fees do not fit an amount; the other
    /// kinds only by a defect of this crate.
    pub fn agreement(&self, data: &Agreement) -> Result<Vec<u8>, DocumentError> {
        let shared = LazyLock::force(&self.shared).as_ref().map_err(Clone::clone)?;
        let state = if data.e_sign.is_some() { "signed" } else { "draft" };
        let stamp =
            Stamp { identity: format!("agreement/{}/{state}", data.application_number), day: data.agreement_day };
        shared.typesetter.typeset(&shared.agreement, &view::of(data)?, &stamp)
    }

    /// A Key Facts Statement as a PDF/A-2a file.
    ///
    /// # Errors
    /// Only by a defect of this crate.
    pub fn statement(&self, data: &StatementToPrint) -> Result<Vec<u8>, DocumentError> {
        let shared = LazyLock::force(&self.shared).as_ref().map_err(Clone::clone)?;
        let (facts, language) = (&data.facts, data.language.code());
        let identity = format!("kfs/{}/{}/{language}", facts.proposal_number, facts.version);
        let stamp = Stamp { identity, day: facts.issued_at.day() };
        shared.typesetter.typeset(&shared.statement, &statement::view::of(data), &stamp)
    }

    /// A paper about a loan as a PDF/A-2a file.
    ///
    /// # Errors
    /// Only by a defect of this crate.
    pub fn paper(&self, data: &PaperToPrint) -> Result<Vec<u8>, DocumentError> {
        let shared = LazyLock::force(&self.shared).as_ref().map_err(Clone::clone)?;
        let (number, day) = (&data.head.application_number, data.head.issued_day);
        let stamp = Stamp { identity: format!("paper/{number}/{}/{day}", data.name), day };
        shared.typesetter.typeset(&shared.paper, &papers::view::of(data), &stamp)
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Renderer::new()
    }
}
