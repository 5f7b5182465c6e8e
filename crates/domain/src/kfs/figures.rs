//! The sums of the annexes. Every one follows from the quote that is booked.

use crate::loan::{Quote, Row};
use crate::money::Paise;
use crate::product::TakenCharge;

/// Annex B (RBI/2024-25/18), with what Annex A takes from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Row 1.
    pub sanctioned: Paise,
    /// Row 5: interest over the whole term, that taken at disbursal and that of a broken period among it.
    pub interest: Paise,
    /// Row 6 A, with GST.
    pub fees_to_lender: Paise,
    /// Row 6 B, with GST.
    pub fees_to_others: Paise,
    /// Taken at disbursal besides fees: interest until the first whole period, and instalments in advance.
    pub upfront_interest: Paise,
    pub advance: Paise,
    /// What a seller bears for the borrower, with GST: paid out less to the seller, a cost to nobody else.
    pub subvention: Paise,
    /// What leaves the lender: row 7 less the subvention.
    pub paid_out: Paise,
    /// Row 7: row 1 less all of the above but row 5.
    pub net_disbursed: Paise,
    /// Row 8: row 1 and row 5.
    pub total_paid: Paise,
    /// All instalments, those in advance among them, and interest taken at disbursal: what row 8 is in fact paid with.
    pub instalments: Paise,
}

impl Figures {
    #[must_use]
    pub fn of(quote: &Quote) -> Figures {
        let sum = |parts: &[Paise]| parts.iter().copied().sum::<Paise>();
        let of = |own: bool| {
            let charges = quote.charges.iter().filter(|charge| charge.third_party.is_none() == own);
            charges.map(TakenCharge::total).sum::<Paise>()
        };
        let fees_to_lender = sum(&[quote.processing_fee, quote.gst_amount, of(true)]);
        let interest = quote.total_interest();
        let instalments = quote.rows.iter().map(Row::instalment).chain([quote.advance_emi, quote.upfront_interest]);
        Figures {
            sanctioned: quote.amount,
            interest,
            fees_to_lender,
            fees_to_others: of(false),
            upfront_interest: quote.upfront_interest,
            advance: quote.advance_emi,
            subvention: sum(&[quote.subvention, quote.subvention_gst]),
            paid_out: quote.disbursal_amount,
            net_disbursed: sum(&[quote.disbursal_amount, quote.subvention, quote.subvention_gst]),
            total_paid: sum(&[quote.amount, interest]),
            instalments: instalments.sum(),
        }
    }
}
