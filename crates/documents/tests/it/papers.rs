use qist_documents::Renderer;

use crate::reading::read;
use crate::sample;

#[test]
fn a_statement_of_account_has_every_line_and_its_balance() {
    let data = sample::paper("statement");
    let reading = read(&Renderer::new().paper(&data).unwrap());
    for text in [
        "Statement of account",
        "Sampoorna Finserv Private Limited",
        "Loan paid out",
        "₹1,20,000.00",
        "Payment, upi, instalment 1",
        "Financial year 2026-27",
        "Financial year 2027-28",
        "T1",
        "The whole loan",
    ] {
        assert!(reading.says(text), "{text}");
    }
    let last = data_balance(&data);
    assert!(reading.says(&last), "{last}");
    assert!(reading.says(&format!("Page 1 of {}", reading.pages.len())));
    assert!(!reading.says("\u{FFFD}"));
}

fn data_balance(data: &qist_app::ports::documents::PaperToPrint) -> String {
    match &data.says {
        qist_app::ports::documents::PaperSays::Statement(account) => account.balance().in_words_of_india(),
        _ => unreachable!(),
    }
}

#[test]
fn certificates_name_the_loan_its_parties_and_their_figures() {
    let interest = read(&Renderer::new().paper(&sample::paper("interest-certificate-2026")).unwrap());
    for text in ["Interest certificate 2026-27", "from 1 Apr 2026", "Kshitija Shrivastava", "SAMP-LAP-2026-0041877"] {
        assert!(interest.says(text), "{text}");
    }
    let no_dues = read(&Renderer::new().paper(&sample::paper("no-dues")).unwrap());
    for text in [
        "No-dues certificate",
        "was closed on 10 Jul 2027",
        "Nothing is owed",
        "waived ₹500.00 (Rupees Five Hundred Only)",
    ] {
        assert!(no_dues.says(text), "{text}");
    }
}
