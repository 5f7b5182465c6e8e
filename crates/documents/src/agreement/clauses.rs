//! The terms that Qist proposes. A lender may print others: an agreement carries its clauses as data.

use qist_domain::day::Day;
use qist_domain::kfs::Language;
use qist_domain::money::Paise;
use qist_domain::product::ContingentKind;

use super::data::{Clause, StandardTerms};
use crate::rupees::figure;
use crate::words::Words;

/// The usual clauses of a digital personal loan in India, in plain words.
#[must_use]
pub fn standard_clauses(terms: &StandardTerms) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = terms.line_months.map(the_line).into_iter().collect();
    clauses.extend(the_loan(terms));
    clauses.extend(the_borrowers_choices(terms));
    clauses.extend(late_payment(terms));
    clauses.extend(data_and_complaints());
    clauses.extend(closing(terms));
    clauses
}

fn clause(heading: &str, paragraphs: &[&str]) -> Clause {
    Clause { heading: heading.to_owned(), text: paragraphs.join("\n\n") }
}

/// The contingent charges of these kinds, in the words of the Key Facts Statement.
fn charges(terms: &StandardTerms, kinds: &[ContingentKind]) -> Option<String> {
    let words = Words(Language::English);
    let of_kind = terms.contingent.iter().filter(|charge| kinds.contains(&charge.kind));
    let said = of_kind.map(|charge| format!("{}, {}", words.contingent(charge).to_lowercase(), words.rule(charge)));
    let said: Vec<String> = said.collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// The day and the amount of each part, of a loan that is not paid out at once.
fn stages(terms: &StandardTerms) -> String {
    let stage = |(day, amount): &(Day, Paise)| format!("{} on {}", figure(*amount), day.long_text());
    let stages: Vec<String> = terms.parts.iter().map(stage).collect();
    format!(
        "The loan is paid out in stages: {}. What is deducted is deducted from the first. Interest runs on each part from the day on \
         which it is paid out.",
        stages.join("; ")
    )
}

/// What the other clauses call the loan is each drawdown.
fn the_line(months: u32) -> Clause {
    clause(
        "The credit line",
        &[
            &format!(
                "This agreement opens a credit line: for {months} months from its signature the Borrower may draw amounts up to the loan \
                 amount stated in it, which is the limit of the line. What has been repaid of the principal can be drawn again."
            ),
            "Each drawdown is a loan of its own, to which all other terms of this agreement apply. It has its own Key Facts Statement, \
             which the Borrower reads and confirms before drawing, with its own rate, fees and repayment schedule. The figures and the \
             schedule in this agreement are those of drawing the whole limit at once.",
            "At the Borrower’s order the Lender pays a drawdown to the seller of what the Borrower buys, in place of an account of the Borrower. No limit is raised without a \
             request of the Borrower; the Lender may lower it, and may stop further drawing, for a reason that it tells the Borrower. \
             What has been drawn is repaid as its Key Facts Statement says.",
        ],
    )
}

fn the_loan(terms: &StandardTerms) -> Vec<Clause> {
    let mut disbursal = vec![
        "The Lender pays the loan straight from its own bank account into the bank account of the Borrower named in this \
         agreement, after deducting only the fees listed in it. The money does not pass through an account of the Platform \
         or of any other third party."
            .to_owned(),
        "The Borrower confirms that this account is in the Borrower’s own name.".to_owned(),
    ];
    if !terms.parts.is_empty() {
        disbursal.push(stages(terms));
    }
    vec![
        clause(
            "The loan",
            &[
                "The Lender lends the loan amount to the Borrower, and the Borrower repays it with interest as this agreement says.",
                "The Borrower pays no fee or charge that is not stated in this agreement, unless the Borrower agrees to it \
             expressly and beforehand.",
            ],
        ),
        Clause { heading: "Direct disbursal".to_owned(), text: disbursal.join("\n\n") },
        clause(
            "Interest",
            &[
                "Interest runs from the day on which the Lender actually pays the money out, at the rate and by the method stated \
             in this agreement. No interest is charged for any day before that, nor on an instalment that was collected in \
             advance.",
            ],
        ),
        clause(
            "Repayment",
            &[
                "The Borrower pays each instalment on or before its due day in the repayment schedule. Payments are made directly \
             to the Lender’s account, by the mandate that the Borrower has given or by any other means that the Lender offers.",
                "Before each debit under a mandate the Borrower is told the amount and the day at least 24 hours ahead. The \
             Borrower may withdraw a mandate at any time and remains bound to pay each instalment by another means.",
            ],
        ),
    ]
}

fn the_borrowers_choices(terms: &StandardTerms) -> Vec<Clause> {
    let days = match terms.cooling_off_days {
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    };
    let cooling_off = format!(
        "Within {days} of the disbursal the Borrower may give the loan back without stating a reason, by paying the principal \
         and the proportionate annual percentage rate for the days the money was held. There is no penalty. The Lender may keep \
         a one-time processing fee only where this agreement says so."
    );
    let prepayment = match charges(terms, &[ContingentKind::Foreclosure, ContingentKind::PartPrepayment]) {
        Some(charges) => format!(
            "The Borrower may repay the loan early, in part or in full, from any source of money. The charge for this is: {charges}. \
             It is not taken where the law forbids it, nor within the cooling-off period, nor where the Lender asked for the early \
             repayment."
        ),
        None => "The Borrower may repay the loan early, in part or in full, at any time and from any source of money. There is no \
                 charge for this."
            .to_owned(),
    };
    vec![
        clause("Cooling-off period", &[&cooling_off]),
        clause(
            "Early repayment",
            &[
                &prepayment,
                "When everything due is paid, the Lender closes the loan and gives the Borrower a statement that says so.",
            ],
        ),
    ]
}

fn late_payment(terms: &StandardTerms) -> Vec<Clause> {
    let penal = match charges(terms, &[ContingentKind::LatePayment, ContingentKind::Bounce]) {
        Some(charges) => format!(
            "If an instalment is not paid on its due day, the Lender may levy penal charges: {charges}. They are charges and not \
             interest: they are never added to the rate of interest nor to the principal, and no interest or further charge is \
             computed on them. The Lender tells the Borrower of them when they are levied and in each reminder."
        ),
        None => "If an instalment is not paid on its due day, the Lender levies no penal charge.".to_owned(),
    };
    vec![
        clause("Penal charges", &[&penal]),
        clause(
            "Default",
            &[
                "The Borrower is in default when an amount due stays unpaid after its due day, or when something that the Borrower \
             stated to obtain the loan proves to be materially false. The Lender may then, after a written notice that gives the \
             Borrower at least 15 days to put it right, ask for everything outstanding at once.",
                "A loan on which amounts stay overdue is classified as a special mention account and, once they are overdue for more \
             than 90 days, as a non-performing asset. It is regarded as regular again only when all arrears of principal and \
             interest are paid.",
            ],
        ),
        clause(
            "Conduct in recovery",
            &[
                "The Lender answers for everyone who collects on its behalf. Before an agent first contacts the Borrower, the Lender \
             tells the Borrower the agent’s name. The Borrower is not called before 8 in the morning or after 7 in the evening, is \
             not threatened or harassed, and the Borrower’s family, friends and colleagues are not approached about the loan.",
            ],
        ),
    ]
}

fn data_and_complaints() -> Vec<Clause> {
    vec![
        clause(
            "Credit information",
            &[
                "The Lender reports the loan and its repayment to credit information companies, as the law requires, and tells the \
             Borrower when it reports an overdue amount. The Borrower may dispute an entry with the Lender or with the credit \
             information company.",
            ],
        ),
        clause(
            "Personal data and consent",
            &[
                "The Lender and the Platform collect only the data that the loan needs, for a purpose stated at the time, and with the \
             Borrower’s express consent. They do not read the contacts, call records, messages, files or media on the Borrower’s \
             device.",
                "The Borrower may refuse consent for a particular use, restrict the sharing of data with third parties, withdraw \
             consent as easily as it was given, and ask for data to be deleted. The Lender keeps what the law obliges it to keep, \
             and for no longer. Data is stored on servers in India.",
            ],
        ),
        clause(
            "Role of the Platform",
            &[
                "The Platform acts for the Lender as its lending service provider. The Lender pays it and remains responsible to the \
             Borrower for what it does. The Borrower owes the Platform nothing for this loan and makes no payment to it.",
            ],
        ),
        clause(
            "Grievance redress",
            &[
                "The Borrower may complain to the grievance officer of the Lender or of the Platform, both named in this agreement, free \
             of charge. If a complaint is rejected, or is not answered to the Borrower’s satisfaction within 30 days, the Borrower \
             may take it to the Ombudsman of the Reserve Bank of India at https://cms.rbi.org.in.",
            ],
        ),
    ]
}

fn closing(terms: &StandardTerms) -> Vec<Clause> {
    let law = format!(
        "The law of India governs this agreement, and disputes go to the courts at {}. This takes away none of the rights that the \
         law gives to a borrower.",
        terms.courts_at
    );
    vec![
        clause(
            "Changes and transfer",
            &[
                "A change of terms needs notice to the Borrower and works only for the time after it. The Lender may transfer the loan \
             to another regulated lender; the Borrower is told, and owes neither more nor sooner because of it.",
            ],
        ),
        clause(
            "Electronic signature and copies",
            &[
                "The Borrower signs this agreement electronically, and has had the time to read it in full. Once it is signed, the \
             Borrower can download it at any time, free of charge.",
            ],
        ),
        clause("Governing law", &[&law]),
    ]
}

#[cfg(test)]
mod tests {
    use qist_domain::money::{PAISE_MAX, Paise};
    use qist_domain::product::{ChargeRule, ContingentCharge, Fee};

    use super::*;

    fn terms(cooling_off_days: u32, contingent: &[ContingentCharge]) -> StandardTerms {
        let (contingent, courts_at) = (contingent.to_vec(), "Mumbai".into());
        StandardTerms { cooling_off_days, contingent, parts: Vec::new(), line_months: None, courts_at }
    }

    fn charge(kind: ContingentKind, percent: &str) -> ContingentCharge {
        let (min_paise, max_paise) = (Paise::ZERO, Paise::new(PAISE_MAX));
        let rule = ChargeRule::Once(Fee::Percent { percent: percent.parse().unwrap(), min_paise, max_paise });
        ContingentCharge { kind, name: None, rule, gst: "0".parse().unwrap() }
    }

    fn text_of<'a>(clauses: &'a [Clause], heading: &str) -> &'a str {
        &clauses.iter().find(|clause| clause.heading == heading).unwrap().text
    }

    #[test]
    fn every_matter_that_a_borrower_must_be_told_has_a_clause() {
        let clauses = standard_clauses(&terms(3, &[]));
        for heading in [
            "Direct disbursal",
            "Cooling-off period",
            "Penal charges",
            "Grievance redress",
            "Personal data and consent",
            "Early repayment",
            "Conduct in recovery",
            "Role of the Platform",
            "Electronic signature and copies",
        ] {
            assert!(!text_of(&clauses, heading).is_empty());
        }
    }

    #[test]
    fn what_the_lender_fills_in_stands_in_its_clause() {
        let charges = [charge(ContingentKind::LatePayment, "2"), charge(ContingentKind::Foreclosure, "3")];
        let clauses = standard_clauses(&terms(3, &charges));
        assert!(text_of(&clauses, "Cooling-off period").starts_with("Within 3 days of"));
        assert!(text_of(&clauses, "Penal charges").contains(
            "penal charge for late payment, 2% of the overdue instalment. They are charges and not interest"
        ));
        let early = text_of(&clauses, "Early repayment");
        assert!(early.contains("foreclosure charge, 3% of the principal outstanding. It is not taken"), "{early}");
        let without = standard_clauses(&terms(3, &[]));
        assert!(text_of(&without, "Penal charges").ends_with("levies no penal charge."));
        assert!(text_of(&clauses, "Governing law").contains("courts at Mumbai."));
        assert!(text_of(&standard_clauses(&terms(1, &[])), "Cooling-off period").starts_with("Within 1 day of"));
    }

    #[test]
    fn a_credit_line_is_called_one_and_a_loan_is_not() {
        let of = |line_months| standard_clauses(&StandardTerms { line_months, ..terms(3, &[]) });
        assert!(of(None).iter().all(|clause| clause.heading != "The credit line"));
        assert!(of(Some(12)).iter().any(|one| one.heading == "The credit line" && one.text.contains("for 12 months")));
    }

    #[test]
    fn money_in_stages_is_agreed_day_by_day() {
        let parts = vec![("2024-01-01".parse().unwrap(), Paise::from_rupees(4_000))];
        let clauses = standard_clauses(&StandardTerms { parts, ..terms(3, &[]) });
        let text = text_of(&clauses, "Direct disbursal");
        assert!(text.contains("paid out in stages: ₹4,000.00 on 1 Jan 2024. What is deducted"), "{text}");
        assert!(!text_of(&standard_clauses(&terms(3, &[])), "Direct disbursal").contains("stages"));
    }

    #[test]
    fn no_gap_is_left_by_a_line_break_in_the_source() {
        for clause in standard_clauses(&terms(3, &[])) {
            assert!(!clause.text.contains("  "), "{}", clause.heading);
        }
    }
}
