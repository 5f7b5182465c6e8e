//! Annexes B and C (RBI/2024-25/18): how the APR is computed, and the schedule that it is computed from.

use qist_domain::kfs::{Figures, KeyFacts};
use qist_domain::loan::{Part, Quote, Row};
use qist_domain::money::Paise;
use qist_domain::product::EmiMethod;

use super::annex_a::exceptions;
use super::view::{Fact, Section, Table, term};
use crate::rupees::figure;
use crate::words::Words;

pub(super) fn apr(facts: &KeyFacts, figures: &Figures, words: Words) -> Section {
    let quote = &facts.quote;
    let mut rows = term_and_interest(facts, figures, words);
    if figures.upfront_interest.is_positive() {
        let label = words.say("… interest taken at disbursal (in row 5)", "… संवितरण पर लिया गया ब्याज (पंक्ति 5 में)");
        rows.push(Fact::new("6C", label, figure(figures.upfront_interest)));
    }
    if figures.advance.is_positive() {
        let label = words.say("… instalments taken in advance", "… अग्रिम ली गई किस्तें");
        rows.push(Fact::new("6D", label, figure(figures.advance)));
    }
    let taken = rows.iter().map(|row| row.number).filter(|number| number.starts_with('6') && *number != "6");
    let taken = taken.collect::<Vec<_>>().join(" − ");
    rows.extend([
        Fact::new(
            "7",
            words.pick(format!("Net amount disbursed (1 − {taken})"), format!("शुद्ध संवितरित राशि (1 − {taken})")),
            figure(figures.net_disbursed),
        )
        .strong(),
        Fact::new(
            "8",
            words.say("Total paid by the borrower (1 + 5)", "उधारकर्ता द्वारा कुल भुगतान (1 + 5)"),
            figure(figures.total_paid),
        )
        .strong(),
        Fact::new("9", words.say("APR", "एपीआर"), format!("{}%", facts.apr.nominal)).strong(),
        disbursal(quote, words),
        Fact::new("11", words.say("Due days", "देय तिथियाँ"), words.say("See Annex C", "अनुलग्नक ग देखें")),
    ]);
    Section {
        heading: words.say("Annex B", "अनुलग्नक ख"),
        subheading: words.say("How the APR is computed", "एपीआर की गणना"),
        rows,
        notes: apr_notes(facts, figures, words),
        ..Section::default()
    }
}

/// Row 10: the day of the money, or the day and the amount of each part.
fn disbursal(quote: &Quote, words: Words) -> Fact {
    let label = words.say("Disbursal", "संवितरण");
    if quote.parts.is_empty() {
        let day = words.day(quote.start);
        return Fact::new("10", label, words.pick(format!("All of it on {day}"), format!("पूरी राशि {day} को")));
    }
    let row = |part: &Part| {
        let taken = part.amount.minus(part.net).unwrap_or_default();
        [vec![words.day(part.day)], [part.amount, taken, part.net].map(figure).to_vec()].concat()
    };
    let sum = |of: fn(&Part) -> Paise| quote.parts.iter().map(of).sum::<Paise>();
    let (amount, net) = (sum(|part| part.amount), sum(|part| part.net));
    let table = Table {
        heads: vec![
            words.say("Day", "तिथि"),
            words.say("Amount", "राशि"),
            words.say("Taken from it", "इसमें से कटौती"),
            words.say("Paid out", "दी गई राशि"),
        ],
        words: 1,
        rows: quote.parts.iter().map(row).collect(),
        total: [
            vec![words.say("Total", "कुल")],
            [amount, amount.minus(net).unwrap_or_default(), net].map(figure).to_vec(),
        ]
        .concat(),
    };
    Fact::table("10", label, table)
}

/// Rows 1 to 6.
fn term_and_interest(facts: &KeyFacts, figures: &Figures, words: Words) -> Vec<Fact> {
    let quote = &facts.quote;
    let capitalised = quote.rows.iter().filter(|row| row.principal < Paise::ZERO).count();
    let first = words.day(quote.first_payment_day());
    let none = || words.say("None", "कोई नहीं");
    let counted = |count: usize| if count == 0 { none() } else { count.to_string() };
    let count = quote.repaying_rows().count();
    let non_equated = match quote.terms.method {
        EmiMethod::EqualPrincipal => count,
        // Of interest alone, and the one that repays.
        EmiMethod::Bullet => 1,
        EmiMethod::FlatRate | EmiMethod::ReducingBalance => 0,
    };
    let epi = if non_equated > 0 {
        none()
    } else {
        let regular = figure(quote.regular_instalment());
        words.pick(format!("{count} of {regular}"), format!("{count} किस्तें, हर एक {regular}"))
            + &exceptions(quote, words)
    };
    vec![
        Fact::new("1", words.say("Sanctioned loan amount", "स्वीकृत ऋण राशि"), figure(figures.sanctioned)),
        Fact::new("2", words.say("Loan term", "ऋण की अवधि"), term(facts, words)),
        Fact::new(
            "2a",
            words.say("Instalments of principal, if not equated", "मूलधन की किस्तें, यदि समान न हों"),
            counted(non_equated),
        ),
        Fact::new("2b", words.say("Equated instalments", "समान किस्तें"), epi),
        Fact::new(
            "2c",
            words.say("Instalments whose interest is capitalised", "किस्तें जिनका ब्याज मूलधन में जुड़ता है"),
            counted(capitalised),
        ),
        Fact::new("2d", words.say("Repayment begins", "भुगतान की शुरुआत"), first),
        Fact::new("3", words.say("Type of interest rate", "ब्याज दर का प्रकार"), words.say("Fixed", "स्थिर")),
        Fact::new("4", words.say("Interest rate a year", "वार्षिक ब्याज दर"), format!("{}%", quote.terms.annual_rate)),
        Fact::new("5", words.say("Total interest over the term", "पूरी अवधि का कुल ब्याज"), figure(figures.interest)),
        Fact::new(
            "6",
            words.say("Fees, with GST", "शुल्क, जीएसटी सहित"),
            figure([figures.fees_to_lender, figures.fees_to_others].into_iter().sum()),
        ),
        Fact::new("6A", words.say("… to the lender", "… ऋणदाता को"), figure(figures.fees_to_lender)),
        Fact::new(
            "6B",
            words.say("… to others through the lender", "… ऋणदाता के माध्यम से अन्य को"),
            figure(figures.fees_to_others),
        ),
    ]
}

fn apr_notes(facts: &KeyFacts, figures: &Figures, words: Words) -> Vec<String> {
    let quote = &facts.quote;
    let per_year = quote.terms.period.per_year().round_dp(4).normalize();
    let mut notes = vec![words.pick(
        format!(
            "The APR is the rate of one period at which all instalments are worth the net amount disbursed (IRR, reducing balance), \
             times {per_year} periods a year: nominal, not compounded. It includes all fees and their GST."
        ),
        format!(
            "एपीआर एक अवधि की वह दर है जिस पर सभी किस्तों का मूल्य शुद्ध संवितरित राशि के बराबर होता है (आईआरआर, घटती शेष राशि), गुणा वर्ष की {per_year} \
             अवधियाँ: सांकेतिक, चक्रवृद्धि नहीं। इसमें सभी शुल्क और उनका जीएसटी शामिल है।"
        ),
    )];
    if let (Some(effective), Some(first)) = (&facts.apr.effective, notes.first_mut()) {
        first.push_str(&words.pick(
            format!(" Compounded, it is {effective}% a year."),
            format!(" चक्रवृद्धि रूप में यह {effective}% प्रति वर्ष है।"),
        ));
    }
    if !quote.parts.is_empty() {
        notes.push(words.say(
            "Each part that is paid out counts on its own day; within a period at simple interest.",
            "दिया गया हर भाग अपने दिन पर गिना जाता है; अवधि के भीतर साधारण ब्याज पर।",
        ));
    }
    if figures.subvention.is_positive() {
        let total = figure(figures.subvention);
        notes.push(words.pick(
            format!("The seller bears {total} for the borrower; it is paid out that much less to the seller and costs the borrower nothing."),
            format!("विक्रेता उधारकर्ता के लिए {total} वहन करता है; विक्रेता को उतना कम दिया जाता है, उधारकर्ता पर कोई लागत नहीं।"),
        ));
    }
    notes
}

pub(super) fn schedule(facts: &KeyFacts, words: Words) -> Section {
    let quote = &facts.quote;
    let row = |row: &Row| {
        let amounts = [row.opening, row.principal, row.interest, row.instalment()].map(figure);
        [vec![row.num.to_string(), words.short_day(row.due_day)], amounts.to_vec()].concat()
    };
    let sum = |part: fn(&Row) -> Paise| figure(quote.rows.iter().map(part).sum());
    let mut notes = vec![words.say(
        "These are the amounts that are booked, to the paisa. Interest is rounded once in each row.",
        "यही राशियाँ पैसे तक दर्ज की जाती हैं। हर पंक्ति में ब्याज एक बार पूर्णांकित होता है।",
    )];
    if !quote.parts.is_empty() {
        notes.push(words.say(
            "Outstanding principal has in it what is paid out after the due day before. Interest runs on each part from its own day.",
            "बकाया मूलधन में पिछली देय तिथि के बाद दी गई राशि शामिल है। हर भाग पर ब्याज उसके अपने दिन से लगता है।",
        ));
    }
    if quote.row(0).is_some() {
        notes.push(words.say(
            "Row 0 is the interest of the days before the first whole period.",
            "पंक्ति 0 पहली पूरी अवधि से पहले के दिनों का ब्याज है।",
        ));
    } else if quote.rows.iter().any(|row| row.broken_interest.is_positive()) {
        let (days, interest) = (quote.broken_days, figure(quote.broken_interest));
        notes.push(words.pick(
            format!("{interest} of the interest is for the {days} days before the first whole period."),
            format!("ब्याज में से {interest} पहली पूरी अवधि से पहले के {days} दिनों का है।"),
        ));
    }
    Section {
        heading: words.say("Annex C", "अनुलग्नक ग"),
        subheading: words.say("Repayment schedule", "भुगतान अनुसूची"),
        table: Some(Table {
            heads: vec![
                words.say("No.", "क्र."),
                words.say("Due day", "देय तिथि"),
                words.say("Outstanding principal", "बकाया मूलधन"),
                words.say("Principal", "मूलधन"),
                words.say("Interest", "ब्याज"),
                words.say("Instalment", "किस्त"),
            ],
            words: 2,
            rows: quote.rows.iter().map(row).collect(),
            total: vec![
                String::new(),
                words.say("Total", "कुल"),
                String::new(),
                sum(|row| row.principal),
                sum(|row| row.interest),
                sum(Row::instalment),
            ],
        }),
        notes,
        ..Section::default()
    }
}
