//! The statement of account: the lines by financial year, then the instalments.

use qist_domain::financial_year::FinancialYear;
use qist_domain::loan::{Account, Entered, Entry, InstallmentPosition, YearTotals};
use qist_domain::money::Paise;

use super::view::{Body, Section};
use crate::rupees::figure;

pub(super) fn body(account: &Account) -> Body {
    let position = &account.position;
    let as_of = account.as_of;
    let totals = account.totals();
    let owed: Paise = [account.balance(), position.excess].into_iter().sum();
    let dpd = position.dpd(as_of);
    let years = account.years();
    let whole = [
        ("Lent", totals.lent),
        ("Interest", totals.interest),
        ("Charges", totals.charges),
        ("Paid", totals.paid),
        ("Waived", totals.waived),
        ("Paid back", totals.refunded),
    ];
    let whole = whole.into_iter().filter(|(_, amount)| !amount.is_zero());
    let mut sections: Vec<Section> = years.iter().map(|year| of_year(account, year)).collect();
    sections.push(Section {
        heading: "The whole loan".to_owned(),
        heads: vec!["", "Amount"],
        widths: vec![3, 1],
        words: 1,
        rows: whole.map(|(label, amount)| vec![label.to_owned(), figure(amount)]).collect(),
        total: vec!["Balance".to_owned(), figure(account.balance())],
    });
    sections.push(instalments(account));
    Body {
        title: "Statement of account".to_owned(),
        tiles: vec![
            [format!("Owed on {}", as_of.long_text()), figure(owed)],
            ["Of it overdue".to_owned(), figure(position.arrears(as_of))],
            ["Days past due".to_owned(), dpd.to_string()],
            ["Held for dues to come".to_owned(), figure(position.excess)],
        ],
        paragraphs: Vec::new(),
        sections,
        notes: vec![
            "A debit is owed by the borrower, a credit is in the borrower's favour. The balance is what is owed after each line, less \
             what is held: principal, interest that has fallen due and charges. Interest to come is not in it."
                .to_owned(),
        ],
    }
}

fn of_year(account: &Account, of: &YearTotals) -> Section {
    let entries = account.entries.iter().filter(|entry| FinancialYear::of(entry.value_day) == of.year);
    Section {
        heading: format!("Financial year {}", of.year),
        heads: vec!["Day", "What", "Reference", "Debit", "Credit", "Balance"],
        widths: vec![10, 20, 17, 15, 15, 15],
        words: 3,
        rows: entries.map(row).collect(),
        total: vec![
            String::new(),
            "Year and closing balance".to_owned(),
            String::new(),
            figure(of.totals.debit),
            figure(of.totals.credit),
            figure(of.closing_balance),
        ],
    }
}

fn row(entry: &Entry) -> Vec<String> {
    let amount = |amount: Paise| if amount.is_zero() { String::new() } else { figure(amount) };
    vec![
        entry.value_day.long_text(),
        particulars(entry),
        entry.reference.clone(),
        amount(entry.debit),
        amount(entry.credit),
        figure(entry.balance),
    ]
}

fn particulars(entry: &Entry) -> String {
    let detail = entry.detail.replace('_', " ");
    let what = match entry.what {
        Entered::Lent => "Loan paid out".to_owned(),
        Entered::TakenInAdvance => "Instalments taken in advance".to_owned(),
        Entered::Interest if entry.credit.is_positive() => "Interest taken back".to_owned(),
        Entered::Interest => "Interest".to_owned(),
        Entered::Charge => format!("Charge: {detail}"),
        Entered::Paid => format!("Payment, {detail}"),
        Entered::Prepaid => format!("Part-prepayment, {detail}"),
        Entered::Reversed => format!("Payment reversed: {detail}"),
        Entered::Waived => format!("Waived: {detail}"),
        Entered::Refunded => "Paid back to you".to_owned(),
        Entered::Rescheduled => format!("Instalments changed: {detail}"),
        Entered::Ended => format!("Everything due: {detail}"),
        Entered::WrittenOff => "Written off in the lender's books".to_owned(),
    };
    match entry.installment_num {
        Some(num) => format!("{what}, instalment {num}"),
        None => what,
    }
}

fn instalments(account: &Account) -> Section {
    let position = &account.position;
    let sum = |part: fn(&InstallmentPosition) -> Paise| figure(position.sum(part));
    Section {
        heading: "Instalments".to_owned(),
        heads: vec!["No.", "Due", "State", "Principal", "Interest", "Charges", "Paid", "Left"],
        widths: vec![5, 11, 14, 14, 13, 11, 14, 14],
        words: 3,
        rows: position.installments.iter().map(|one| instalment(account, one)).collect(),
        total: vec![
            String::new(),
            "Together".to_owned(),
            String::new(),
            sum(|one| one.row.principal),
            sum(|one| one.row.interest),
            sum(|one| one.charge),
            sum(InstallmentPosition::received),
            sum(InstallmentPosition::outstanding),
        ],
    }
}

fn instalment(account: &Account, one: &InstallmentPosition) -> Vec<String> {
    let state = match one.paid_day {
        Some(day) => format!("Paid {}", day.long_text()),
        None if one.row.due_day > account.as_of => "To come".to_owned(),
        None if one.received().is_positive() => "Partly paid".to_owned(),
        None => "Unpaid".to_owned(),
    };
    vec![
        one.row.num.to_string(),
        one.row.due_day.long_text(),
        state,
        figure(one.row.principal),
        figure(one.row.interest),
        figure(one.charge),
        figure(one.received()),
        figure(one.outstanding()),
    ]
}
