use qist_documents::{Renderer, statement_page};
use qist_domain::kfs::Language;
use qist_domain::money::Paise;
use qist_domain::product::{BrokenPeriod, EmiMethod, Fee, Moratorium, MoratoriumInterest, RateBasis, Terms};
use rust_decimal::Decimal;

use crate::reading::{Reading, read};
use crate::sample;

fn rendered(terms: &Terms, instalments: u32, language: Language) -> Reading {
    read(&Renderer::new().statement(&sample::statement(terms, instalments, language)).unwrap())
}

#[test]
fn every_row_of_the_regulators_form_is_there_in_both_languages() {
    for (language, words) in [
        (
            Language::English,
            [
                "Annex A · Part 1: interest rate and fees",
                "Annual percentage rate (APR)",
                "Contingent charges",
                "Penal charge for late payment",
                "Annex A · Part 2: other information",
                "Cooling-off period",
                "Annex B · How the APR is computed",
                "Net amount disbursed (1 − 6A − 6B)",
                "Total paid by the borrower (1 + 5)",
                "Annex C · Repayment schedule",
            ],
        ),
        (
            Language::Hindi,
            [
                "अनुलग्नक क · भाग 1: ब्याज दर और शुल्क",
                "वार्षिक प्रतिशत दर (एपीआर)",
                "आकस्मिक प्रभार",
                "देर से भुगतान पर दंडात्मक शुल्क",
                "अनुलग्नक क · भाग 2: अन्य जानकारी",
                "कूलिंग-ऑफ अवधि",
                "अनुलग्नक ख · एपीआर की गणना",
                "शुद्ध संवितरित राशि (1 − 6A − 6B)",
                "उधारकर्ता द्वारा कुल भुगतान (1 + 5)",
                "अनुलग्नक ग · भुगतान अनुसूची",
            ],
        ),
    ] {
        let reading = rendered(&sample::terms(), 12, language);
        for text in words {
            assert!(reading.says(text), "{text}");
        }
        for figure in
            ["FB1605862800000000-1", "₹1,20,000.00", "₹1,16,578.00", "Sample Life Insurance", "Meera Deshpande"]
        {
            assert!(reading.says(figure), "{figure}");
        }
        assert!(!reading.says("\u{FFFD}"), "the built-in fonts have every character");
        let facts = sample::statement(&sample::terms(), 12, language).facts;
        assert!(reading.says(&format!("{}%", facts.apr.nominal)));
    }
}

#[test]
fn the_page_says_what_the_pdf_says_and_asks_nobody_for_anything() {
    for language in Language::ALL {
        let data = sample::statement(&sample::terms(), 6, language);
        let page = statement_page(&data, "expires=1&signature=s").unwrap();
        for row in &data.facts.quote.rows {
            let amount = format!("<td>₹{}</td>", row.interest.in_words_of_india().trim_start_matches('₹'));
            assert!(page.contains(&amount), "{amount}");
        }
        let other = Language::ALL.into_iter().find(|other| *other != language).unwrap().code();
        assert!(page.contains(&format!("href=\"?language={other}&#38;expires=1&#38;signature=s\"")));
        assert!(page.contains(&format!("href=\"1/pdf?language={}&#38;expires=1&#38;signature=s\"", language.code())));
        assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"));
    }
}

#[test]
fn what_strangers_named_is_text_on_the_page() {
    let mut data = sample::statement(&sample::terms(), 6, Language::English);
    data.facts.lender.officer.name = "<script>alert(1)</script>".into();
    let page = statement_page(&data, "").unwrap();
    assert!(!page.contains("<script") && page.contains("&#60;script&#62;alert(1)"));
}

#[test]
fn equal_data_makes_equal_bytes() {
    let data = sample::statement(&sample::terms(), 6, Language::Hindi);
    let renderer = Renderer::new();
    let first = renderer.statement(&data).unwrap();
    assert!(Renderer::new().statement(&data).unwrap() == first);
    assert!(renderer.statement(&data).unwrap() == first);
}

#[test]
fn a_sellers_subvention_is_the_borrowers_and_the_seller_is_said_to_be_paid_less() {
    let subvention = Fee::Fixed { amount_paise: Paise::from_rupees(1_000) };
    let terms = Terms { subvention, ..sample::terms() };
    for (language, words) in [
        (
            Language::English,
            [
                "You receive; the seller is paid ₹1,15,398.00",
                "The seller bears ₹1,180.00 of it for the borrower and is paid ₹1,15,398.00",
            ],
        ),
        (Language::Hindi, ["आपको मिलेंगे; विक्रेता को ₹1,15,398.00 दिए जाएँगे", "विक्रेता को ₹1,15,398.00 दिए जाते हैं"]),
    ] {
        let data = sample::statement(&terms, 6, language);
        let page = statement_page(&data, "").unwrap();
        let reading = rendered(&terms, 6, language);
        for text in words {
            assert!(page.contains(text) && reading.says(text), "{text}");
        }
        // What the borrower gets, and what the APR is computed on, is what it was.
        assert!(reading.says("₹1,16,578.00"));
        assert_eq!(data.facts.apr, sample::statement(&sample::terms(), 6, language).facts.apr);
        assert!(!rendered(&sample::terms(), 6, language).says(words[0]));
    }
}

#[test]
fn instalments_that_repay_are_counted_apart_from_those_before_them() {
    let moratorium = |interest| Some(Moratorium { periods: 3, interest });
    let plain = sample::terms();
    let bullet = Terms { method: EmiMethod::Bullet, ..plain.clone() };
    let serviced = Terms { moratorium: moratorium(MoratoriumInterest::Serviced), ..plain.clone() };
    let capitalised = Terms { moratorium: moratorium(MoratoriumInterest::Capitalised), ..plain.clone() };
    let pre_emi = Terms { broken_period: BrokenPeriod::PreEmi, ..plain };
    for (terms, words) in [
        (serviced, ["9 of ₹", "Before them 3 instalments of interest alone"]),
        // The days before the first whole period are paid with the first instalment.
        (capitalised, ["9 of ₹", "with them only the interest of the days before the first whole period is paid"]),
        (pre_emi, ["12 of ₹", "the interest until the first whole period"]),
        (bullet, ["Each instalment but the last", "; number 12: ₹1,22,400.00"]),
    ] {
        let page = statement_page(&sample::statement(&terms, 12, Language::English), "").unwrap();
        for text in words {
            assert!(page.contains(text), "{text}");
        }
        assert!(
            !page.contains("3 of ₹") && !page.contains(">12 of ₹2,400.00<"),
            "what is no instalment of the EMI is not counted as one"
        );
    }
}

#[test]
fn money_in_stages_is_told_with_its_days_in_both_languages() {
    let terms = Terms { subvention: Fee::NONE, ..sample::terms_in_stages() };
    for (language, words) in [
        (Language::English, ["You receive, in 2 parts", "In 2 stages", "₹72,000.00 on 20 Dec 2026", "Paid out"]),
        (Language::Hindi, ["आपको मिलेंगे, 2 भागों में", "2 चरणों में", "20 दिसंबर 2026 को ₹72,000.00", "दी गई राशि"]),
    ] {
        let page = statement_page(&sample::statement(&terms, 12, language), "").unwrap();
        let reading = rendered(&terms, 12, language);
        // 3,422 of fees are taken from the first part of 48,000; what is received in all is what it is at once.
        for text in words.into_iter().chain(["₹44,578.00", "₹3,422.00", "₹1,16,578.00"]) {
            assert!(page.contains(text) && reading.says(text), "{text}");
        }
    }
}

/// The figures of a printed line, in paise.
fn figures(line: &str) -> Vec<i64> {
    let digits = |part: &str| part.replace([',', '.'], "").parse::<i64>().ok();
    line.split('₹').skip(1).filter_map(|part| digits(part.trim())).collect()
}

/// Outstanding principal, principal, interest and instalment of each row of the printed Annex C.
fn annex_c(reading: &Reading) -> Vec<Vec<i64>> {
    let spans = reading.pages.iter().flat_map(|page| &page.spans);
    let mut lines: Vec<(f32, String)> = Vec::new();
    for span in spans {
        match lines.last_mut() {
            Some((y, line)) if (*y - span.y).abs() < 1.0 => line.push_str(&span.text),
            _ => lines.push((span.y, span.text.clone())),
        }
    }
    let from = lines.iter().position(|(_, line)| line.contains("Annex C")).unwrap();
    lines[from..].iter().map(|(_, line)| figures(line)).filter(|figures| figures.len() == 4).collect()
}

/// The rate of one period at which `instalments` are worth `received`, by halving: nothing of the engine is in it.
fn solved(received: i64, instalments: &[i64]) -> Decimal {
    let (mut low, mut high) = (Decimal::ZERO, Decimal::ONE);
    for _ in 0..60 {
        let rate = (low + high) / Decimal::TWO;
        let (mut worth, mut sum) = (Decimal::ONE, Decimal::ZERO);
        for paid in instalments {
            worth /= Decimal::ONE + rate;
            sum += Decimal::from(*paid) * worth;
        }
        if sum > Decimal::from(received) { low = rate } else { high = rate }
    }
    low
}

#[test]
fn the_printed_apr_is_solved_again_from_the_printed_annex_c() {
    let plain = Terms { anchor_day: None, ..sample::terms() };
    let flat = Terms { method: EmiMethod::FlatRate, ..plain.clone() };
    let by_days = Terms { rate_basis: RateBasis::Actual365, ..plain.clone() };
    let free = Terms { fee: Fee::NONE, charges: Vec::new(), ..plain.clone() };
    for terms in [plain, flat, by_days, free] {
        for instalments in [6, 36] {
            let reading = rendered(&terms, instalments, Language::English);
            let rows = annex_c(&reading);
            assert_eq!(rows.len(), instalments as usize);
            assert!(rows.iter().all(|row| row[1] + row[2] == row[3]), "principal and interest are the instalment");
            assert_eq!(rows.iter().map(|row| row[1]).sum::<i64>(), 12_000_000, "principal sums to what is lent");
            let facts = sample::statement(&terms, instalments, Language::English).facts;
            let printed = qist_domain::kfs::Figures::of(&facts.quote).net_disbursed;
            assert!(reading.says(&format!("You receive{}", with_two_decimals(printed))));
            let paid: Vec<i64> = rows.iter().map(|row| row[3]).collect();
            let again = solved(printed.get(), &paid) * Decimal::from(1200);
            let shown: Decimal = facts.apr.nominal.parse().unwrap();
            assert!(reading.says(&format!("{shown}%")));
            assert!((again - shown).abs() <= Decimal::new(1, 2), "{again} is not {shown}");
        }
    }
}

fn with_two_decimals(amount: Paise) -> String {
    let text = amount.in_words_of_india();
    if text.contains('.') { text } else { text + ".00" }
}
