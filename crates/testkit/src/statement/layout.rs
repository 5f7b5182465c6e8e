//! How statements look. Each row is one invented bank's taste; together they cover what real ones do.

use super::paper::Face;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Serial,
    Date,
    ValueDate,
    Note,
    Reference,
    Debit,
    Credit,
    /// Both in one, told apart by [`Sign`].
    Amount,
    /// `DR` or `CR` in a column of its own.
    Kind,
    Balance,
    /// A number that is of no use.
    Branch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// By column, or by the column of kinds.
    None,
    /// `1,200.00 Dr`
    Suffix,
    /// `1,200.00(Cr)`
    Bracket,
    /// `-1,200.00`
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    Lakh,
    Western,
    None,
}

/// Where the figures stand beside a narration of several lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figures {
    First,
    Middle,
    Last,
}

#[derive(Debug, Clone, Copy)]
pub struct Layout {
    pub name: &'static str,
    pub face: Face,
    pub size: f32,
    /// As it is seen.
    pub landscape: bool,
    pub rotated: bool,
    pub word_by_word: bool,
    /// Column, its head, left edge, right edge. Figures end at the right edge.
    pub columns: &'static [(Column, &'static str, f32, f32)],
    /// Format of days for `strftime`.
    pub days: &'static str,
    pub grouping: Grouping,
    pub amount_sign: Sign,
    pub balance_sign: Sign,
    pub figures: Figures,
    pub line_gap: f32,
    /// Between two entries, on top of the line's.
    pub entry_gap: f32,
    pub newest_first: bool,
    pub ruled: bool,
    pub head_on_every_page: bool,
    /// Says an opening balance as a row of the table.
    pub opening_row: Option<&'static str>,
    /// Says totals under the table.
    pub totals: bool,
    /// Says opening and closing balance in the head.
    pub summary: bool,
    /// Which of the ways to write a narration the bank has.
    pub dialect: usize,
    /// What a column without a figure holds.
    pub empty: &'static str,
}

const PLAIN: Layout = Layout {
    name: "two columns, figures first",
    face: Face::Helvetica,
    size: 8.0,
    landscape: false,
    rotated: false,
    word_by_word: false,
    columns: &[
        (Column::Date, "Date", 30.0, 80.0),
        (Column::Note, "Narration", 82.0, 270.0),
        (Column::Reference, "Chq./Ref.No.", 272.0, 350.0),
        (Column::ValueDate, "Value Dt", 352.0, 395.0),
        (Column::Debit, "Withdrawal Amt.", 397.0, 455.0),
        (Column::Credit, "Deposit Amt.", 457.0, 510.0),
        (Column::Balance, "Closing Balance", 512.0, 570.0),
    ],
    days: "%d/%m/%y",
    grouping: Grouping::Western,
    amount_sign: Sign::None,
    balance_sign: Sign::None,
    figures: Figures::First,
    line_gap: 10.0,
    entry_gap: 0.0,
    newest_first: false,
    ruled: false,
    head_on_every_page: true,
    opening_row: None,
    totals: true,
    summary: false,
    dialect: 0,
    empty: "",
};

/// Every layout, the plainest first.
pub const LAYOUTS: &[Layout] = &[
    PLAIN,
    Layout {
        name: "figures in the middle, days in words, lakhs",
        columns: &[
            (Column::Date, "Txn Date", 25.0, 75.0),
            (Column::ValueDate, "Value Date", 77.0, 127.0),
            (Column::Note, "Description", 130.0, 300.0),
            (Column::Reference, "Ref No./Cheque No.", 302.0, 385.0),
            (Column::Debit, "Debit", 387.0, 445.0),
            (Column::Credit, "Credit", 447.0, 508.0),
            (Column::Balance, "Balance", 510.0, 572.0),
        ],
        days: "%-d %b %Y",
        grouping: Grouping::Lakh,
        figures: Figures::Middle,
        entry_gap: 7.0,
        ruled: true,
        head_on_every_page: false,
        totals: false,
        summary: true,
        dialect: 1,
        face: Face::Times,
        ..PLAIN
    },
    Layout {
        name: "one amount with Dr and Cr, newest first",
        columns: &[
            (Column::Serial, "S No.", 28.0, 50.0),
            (Column::Date, "Transaction Date", 55.0, 125.0),
            (Column::Note, "Transaction Remarks", 130.0, 350.0),
            (Column::Amount, "Amount (INR)", 370.0, 450.0),
            (Column::Balance, "Balance (INR)", 470.0, 565.0),
        ],
        days: "%d-%m-%Y",
        amount_sign: Sign::Suffix,
        balance_sign: Sign::Suffix,
        entry_gap: 5.0,
        newest_first: true,
        totals: false,
        dialect: 2,
        word_by_word: true,
        ..PLAIN
    },
    Layout {
        name: "typewriter, figures last, opening row",
        face: Face::Courier,
        size: 7.0,
        columns: &[
            (Column::Date, "DATE", 20.0, 70.0),
            (Column::Note, "PARTICULARS", 75.0, 270.0),
            (Column::Reference, "CHQ.NO.", 275.0, 340.0),
            (Column::Debit, "WITHDRAWALS", 345.0, 415.0),
            (Column::Credit, "DEPOSITS", 420.0, 490.0),
            (Column::Balance, "BALANCE", 495.0, 575.0),
        ],
        days: "%d-%b-%Y",
        grouping: Grouping::None,
        balance_sign: Sign::Suffix,
        figures: Figures::Last,
        line_gap: 8.5,
        entry_gap: 6.0,
        opening_row: Some("OPENING BALANCE"),
        head_on_every_page: false,
        dialect: 0,
        ..PLAIN
    },
    Layout {
        name: "turned page, a column of kinds, brackets",
        landscape: true,
        rotated: true,
        size: 9.0,
        columns: &[
            (Column::Date, "Tran Date", 40.0, 100.0),
            (Column::Reference, "Chq No", 110.0, 190.0),
            (Column::Note, "Particulars", 200.0, 500.0),
            (Column::Amount, "Amount", 520.0, 600.0),
            (Column::Kind, "DR/CR", 615.0, 650.0),
            (Column::Balance, "Balance", 670.0, 790.0),
        ],
        days: "%d.%m.%Y",
        grouping: Grouping::Lakh,
        balance_sign: Sign::Bracket,
        line_gap: 11.0,
        entry_gap: 5.0,
        summary: true,
        dialect: 2,
        ..PLAIN
    },
    Layout {
        name: "signed amounts, balance before the note's end, dashes for nothing",
        columns: &[
            (Column::Date, "Date", 30.0, 85.0),
            (Column::Note, "Transaction Details", 90.0, 300.0),
            (Column::Credit, "Money In", 310.0, 380.0),
            (Column::Debit, "Money Out", 390.0, 460.0),
            (Column::Balance, "Running Balance", 470.0, 565.0),
        ],
        days: "%d %b %y",
        line_gap: 9.5,
        entry_gap: 8.0,
        ruled: true,
        opening_row: Some("B/F"),
        totals: true,
        dialect: 1,
        empty: "-",
        ..PLAIN
    },
    Layout {
        name: "minus for money out, newest first, days backwards",
        columns: &[
            (Column::Date, "Posting Date", 30.0, 85.0),
            (Column::Note, "Details", 90.0, 330.0),
            (Column::Reference, "Reference", 335.0, 410.0),
            (Column::Amount, "Amount", 415.0, 490.0),
            (Column::Balance, "Available Balance", 495.0, 570.0),
        ],
        days: "%Y-%m-%d",
        amount_sign: Sign::Minus,
        newest_first: true,
        entry_gap: 6.0,
        figures: Figures::Middle,
        summary: true,
        totals: false,
        dialect: 2,
        face: Face::Times,
        size: 8.5,
        ..PLAIN
    },
    Layout {
        name: "a head of two lines, a branch behind the balance",
        columns: &[
            (Column::Serial, "S\nNo", 22.0, 40.0),
            (Column::ValueDate, "Value\nDate", 42.0, 92.0),
            (Column::Date, "Transaction\nDate", 95.0, 145.0),
            (Column::Reference, "Cheque\nNumber", 150.0, 195.0),
            (Column::Note, "Transaction\nRemarks", 200.0, 340.0),
            (Column::Debit, "Withdrawal\nAmount (INR)", 345.0, 408.0),
            (Column::Credit, "Deposit\nAmount (INR)", 412.0, 472.0),
            (Column::Balance, "Balance\n(INR)", 476.0, 540.0),
            (Column::Branch, "Init.\nBr", 548.0, 570.0),
        ],
        days: "%d/%m/%Y",
        grouping: Grouping::Lakh,
        figures: Figures::Last,
        line_gap: 9.5,
        entry_gap: 7.0,
        ruled: true,
        head_on_every_page: true,
        totals: false,
        summary: true,
        dialect: 0,
        ..PLAIN
    },
];

impl Layout {
    /// Whether references have a column of their own.
    #[must_use]
    pub fn has_references(&self) -> bool {
        self.columns.iter().any(|(column, ..)| *column == Column::Reference)
    }
}
