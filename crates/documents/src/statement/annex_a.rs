//! Annex A (RBI/2024-25/18): what the loan is and what it may cost, and what the lender does besides.

use qist_domain::kfs::{Figures, KeyFacts, Party};
use qist_domain::loan::{Part, Quote, Row};
use qist_domain::money::Paise;
use qist_domain::product::{EmiMethod, MoratoriumInterest, TakenCharge};
use qist_domain::programme::BorrowerKind;

use super::view::{Fact, Section, Table, term};
use crate::rupees::figure;
use crate::words::Words;

/// More stages than these stand in Annex B alone.
const STAGES_IN_ROW: usize = 4;

pub(super) fn rates_and_fees(facts: &KeyFacts, figures: &Figures, words: Words) -> Section {
    let quote = &facts.quote;
    let kind = match facts.borrower {
        BorrowerKind::Personal => words.say("Personal loan for a fixed term", "व्यक्तिगत ऋण, निश्चित अवधि के लिए"),
        BorrowerKind::Business => words.say("Business loan for a fixed term", "कारोबारी ऋण, निश्चित अवधि के लिए"),
    };
    let fixed = words.say("fixed", "स्थिर");
    let rate = words.pick(
        format!("{}% a year, {fixed}; {}", quote.terms.annual_rate, words.method(quote.terms.method)),
        format!("{}% प्रति वर्ष, {fixed}; {}", quote.terms.annual_rate, words.method(quote.terms.method)),
    );
    let mut rows = vec![
        Fact::lines(
            "1",
            words.say("Loan proposal number and type of loan", "ऋण प्रस्ताव संख्या और ऋण का प्रकार"),
            vec![facts.proposal_number.clone(), kind],
        ),
        Fact::new("2", words.say("Sanctioned loan amount", "स्वीकृत ऋण राशि"), figure(figures.sanctioned)).strong(),
        Fact::lines("3", words.say("Disbursal", "संवितरण"), disbursal(facts, figures, words)),
        Fact::new("4", words.say("Loan term", "ऋण की अवधि"), term(facts, words)),
        Fact::lines("5", words.say("Instalments", "किस्तें"), instalments(facts, words)),
        Fact::new("6", words.say("Interest rate and its type", "ब्याज दर और उसका प्रकार"), rate),
        Fact::new(
            "7",
            words.say("Floating rate: benchmark, spread, reset", "परिवर्तनशील दर: बेंचमार्क, स्प्रेड, रीसेट"),
            words.say("Not applicable: the rate is fixed", "लागू नहीं: दर स्थिर है"),
        ),
        Fact::table(
            "8",
            words.say("Fees and charges, taken once", "शुल्क और प्रभार, एक बार लिए जाने वाले"),
            fees(facts, words),
        ),
        Fact::new(
            "9",
            words.say("Annual percentage rate (APR)", "वार्षिक प्रतिशत दर (एपीआर)"),
            format!("{}%", facts.apr.nominal),
        )
        .strong(),
    ];
    let contingent = quote.terms.contingent.iter();
    let contingent: Vec<Vec<String>> =
        contingent.map(|charge| vec![words.contingent(charge), words.rule(charge)]).collect();
    let label = words.say("Contingent charges", "आकस्मिक प्रभार");
    rows.push(if contingent.is_empty() {
        let none = words.say("None: nothing else is ever charged", "कोई नहीं: और कुछ नहीं लिया जाता");
        Fact::new("10", label, none)
    } else {
        let heads = vec![words.say("Charge", "प्रभार"), words.say("How much", "कितना")];
        Fact::table("10", label, Table { heads, words: 2, rows: contingent, total: Vec::new() })
    });
    Section {
        heading: words.say("Annex A", "अनुलग्नक क"),
        subheading: words.say("Part 1: interest rate and fees", "भाग 1: ब्याज दर और शुल्क"),
        rows,
        ..Section::default()
    }
}

/// At once, or in stages with the day of each; and what a seller bears of it.
fn disbursal(facts: &KeyFacts, figures: &Figures, words: Words) -> Vec<String> {
    let parts = &facts.quote.parts;
    let borne = figures.subvention.is_positive();
    let mut lines = vec![match (parts.len(), borne) {
        (0, false) => words.say("100% at once, into the borrower's bank account", "100% एक साथ, उधारकर्ता के बैंक खाते में"),
        (0, true) => words.say("100% at once", "100% एक साथ"),
        (count, _) => words.pick(
            format!("In {count} stages, see Annex B, row 10, and “Direct disbursal” in the loan agreement"),
            format!("{count} चरणों में, अनुलग्नक ख की पंक्ति 10 और ऋण अनुबंध का खंड “Direct disbursal” देखें"),
        ),
    }];
    let stage = |part: &Part| {
        let (amount, day) = (figure(part.amount), words.day(part.day));
        words.pick(format!("{amount} on {day}"), format!("{day} को {amount}"))
    };
    if parts.len() <= STAGES_IN_ROW {
        lines.extend(parts.iter().map(stage));
    }
    if borne {
        let (borne, paid) = (figure(figures.subvention), figure(figures.paid_out));
        lines.push(words.pick(
            format!("The seller bears {borne} of it for the borrower and is paid {paid}"),
            format!("विक्रेता इसमें से {borne} उधारकर्ता के लिए वहन करता है और विक्रेता को {paid} दिए जाते हैं"),
        ));
    }
    lines
}

fn instalments(facts: &KeyFacts, words: Words) -> Vec<String> {
    let quote = &facts.quote;
    let kind = match quote.terms.method {
        EmiMethod::FlatRate | EmiMethod::ReducingBalance => {
            words.say("Equated periodic instalments (EPI)", "समान आवधिक किस्तें (ईपीआई)")
        }
        EmiMethod::EqualPrincipal => words.say("Equal principal, falling interest", "समान मूलधन, घटता ब्याज"),
        EmiMethod::Bullet => words.say("Interest each period, the principal at the end", "हर अवधि में ब्याज, अंत में मूलधन"),
    };
    let (count, amount) = (quote.repaying_rows().count(), figure(quote.regular_instalment()));
    let first = words.day(quote.first_payment_day());
    let mut lines = vec![
        kind,
        words.pick(format!("{count} of {amount}"), format!("{count} किस्तें, हर एक {amount}")) + &exceptions(quote, words),
        words.pick(format!("Repayment begins on {first}"), format!("भुगतान {first} से शुरू")),
    ];
    if quote.terms.advance_emis > 0 {
        let n = quote.terms.advance_emis;
        lines.push(words.pick(format!("{n} more are taken at disbursal"), format!("{n} किस्तें संवितरण पर ली जाती हैं")));
    }
    if let Some(row) = quote.row(0) {
        let (interest, day) = (figure(row.instalment()), words.day(row.due_day));
        lines.push(words.pick(
            format!("Before them {interest} on {day}: the interest until the first whole period"),
            format!("उनसे पहले {day} को {interest}: पहली पूरी अवधि तक का ब्याज"),
        ));
    }
    if let Some(moratorium) = quote.terms.moratorium {
        let n = moratorium.periods;
        lines.push(match moratorium.interest {
            MoratoriumInterest::Serviced => words.pick(
                format!("Before them {n} instalments of interest alone, see Annex C"),
                format!("उनसे पहले {n} किस्तों में केवल ब्याज, अनुलग्नक ग देखें"),
            ),
            MoratoriumInterest::Capitalised
                if quote.rows.iter().any(|row| (1..=n).contains(&row.num) && row.instalment().is_positive()) =>
            {
                words.pick(
                    format!(
                        "The interest of the first {n} instalments is added to the principal; with them only the interest of the days \
                         before the first whole period is paid"
                    ),
                    format!(
                        "पहली {n} किस्तों का ब्याज मूलधन में जुड़ता है; उनके साथ केवल पहली पूरी अवधि से पहले के दिनों का ब्याज चुकाया जाता है"
                    ),
                )
            }
            MoratoriumInterest::Capitalised => words.pick(
                format!("Nothing is paid for the first {n} instalments; their interest is added to the principal"),
                format!("पहली {n} किस्तों में कोई भुगतान नहीं; उनका ब्याज मूलधन में जुड़ता है"),
            ),
        });
    }
    lines
}

/// Which instalments are not the regular one.
pub(super) fn exceptions(quote: &Quote, words: Words) -> String {
    let regular = quote.regular_instalment();
    let others: Vec<_> = quote.repaying_rows().filter(|row| row.instalment() != regular).collect();
    let one = |row: &&Row| {
        let (num, amount) = (row.num, figure(row.instalment()));
        words.pick(format!("; number {num}: {amount}"), format!("; किस्त {num}: {amount}"))
    };
    match others.len() {
        0..=2 => others.iter().map(one).collect(),
        _ => words.say("; others differ, see Annex C", "; कुछ अलग हैं, अनुलग्नक ग देखें"),
    }
}

fn fees(facts: &KeyFacts, words: Words) -> Table {
    let quote = &facts.quote;
    let to_lender = || words.say("A: the lender", "क: ऋणदाता");
    let line = |name: String, to: String, amount: Paise, gst: Paise| {
        let total: Paise = [amount, gst].into_iter().sum();
        vec![name, to, figure(amount), figure(gst), figure(total)]
    };
    let mut rows =
        vec![line(words.say("Processing fee", "प्रोसेसिंग शुल्क"), to_lender(), quote.processing_fee, quote.gst_amount)];
    for charge in &quote.charges {
        let to = match &charge.third_party {
            Some(name) => words.pick(format!("B: {name}, through the lender"), format!("ख: {name}, ऋणदाता के माध्यम से")),
            None => to_lender(),
        };
        rows.push(line(words.charge(charge), to, charge.amount, charge.gst));
    }
    let sum = |own: Paise, part: fn(&TakenCharge) -> Paise| figure(quote.charges.iter().map(part).chain([own]).sum());
    let all = Figures::of(quote);
    Table {
        heads: vec![
            words.say("Fee", "शुल्क"),
            words.say("Paid to", "किसे"),
            words.say("Amount", "राशि"),
            words.say("GST", "जीएसटी"),
            words.say("Total", "कुल"),
        ],
        words: 2,
        rows,
        total: vec![
            words.say("Total", "कुल"),
            String::new(),
            sum(quote.processing_fee, |charge| charge.amount),
            sum(quote.gst_amount, |charge| charge.gst),
            figure([all.fees_to_lender, all.fees_to_others].into_iter().sum()),
        ],
    }
}

pub(super) fn other_information(facts: &KeyFacts, words: Words) -> Section {
    let practice = facts.practice;
    let not_co_lent = words.say("Not applicable: one lender lends all of it", "लागू नहीं: पूरा ऋण एक ही ऋणदाता देता है");
    let days = practice.cooling_off_days;
    let agents = if practice.recovery_agents {
        words.say(
            "The lender may engage recovery agents; see “Conduct in recovery” in the loan agreement",
            "ऋणदाता वसूली एजेंट नियुक्त कर सकता है; ऋण अनुबंध का खंड “Conduct in recovery” देखें",
        )
    } else {
        words.say("The lender engages no recovery agents", "ऋणदाता कोई वसूली एजेंट नियुक्त नहीं करता")
    };
    let platform = if practice.platform_recovers {
        facts.platform.name.clone()
    } else {
        words.say("None", "कोई नहीं")
    };
    let rows = vec![
        Fact::new("1", words.say("Recovery agents", "वसूली एजेंट"), agents),
        Fact::new(
            "2",
            words.say("Complaints", "शिकायत"),
            words.say(
                "To an officer below, free of charge; see “Grievance redress” in the loan agreement. Without a satisfactory answer \
                 within 30 days: the RBI Ombudsman, https://cms.rbi.org.in",
                "नीचे दिए अधिकारी से, निःशुल्क; ऋण अनुबंध का खंड “Grievance redress” देखें। 30 दिन में संतोषजनक उत्तर न मिलने पर: आरबीआई \
                 लोकपाल, https://cms.rbi.org.in",
            ),
        ),
        Fact::lines(
            "3",
            words.say("Nodal grievance officers", "नोडल शिकायत अधिकारी"),
            vec![officer(&facts.lender), officer(&facts.platform)],
        ),
        Fact::new(
            "4",
            words.say("May the loan be transferred or securitised?", "क्या ऋण हस्तांतरित या प्रतिभूतिकृत हो सकता है?"),
            words.yes_or_no(practice.transferable),
        ),
        Fact::new("5", words.say("Co-lending", "सह-ऋण"), not_co_lent),
        Fact::new(
            "6",
            words.say("Cooling-off period", "कूलिंग-ऑफ अवधि"),
            words.pick(
                format!(
                    "{days} day{} from the money: give back the principal and the proportionate APR, without any penalty",
                    if days == 1 { "" } else { "s" }
                ),
                format!("राशि मिलने से {days} दिन: मूलधन और आनुपातिक एपीआर लौटाएँ, कोई दंड नहीं"),
            ),
        ),
        Fact::new(
            "7",
            words.say("Lending service provider that recovers", "वसूली करने वाला ऋण सेवा प्रदाता"),
            platform,
        ),
    ];
    Section {
        heading: words.say("Annex A", "अनुलग्नक क"),
        subheading: words.say("Part 2: other information", "भाग 2: अन्य जानकारी"),
        rows,
        ..Section::default()
    }
}

fn officer(party: &Party) -> String {
    let officer = &party.officer;
    let parts = [&party.name, &officer.name, &officer.phone, &officer.email];
    parts.into_iter().filter(|part| !part.trim().is_empty()).cloned().collect::<Vec<_>>().join(", ")
}
