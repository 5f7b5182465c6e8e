use qist_documents::{Agreement, DocumentError, EmiMethod, Renderer};
use qist_domain::money::{MoneyError, Paise};

use crate::reading::{Reading, read};
use crate::sample;

const DRAFT: &str = "DRAFT – not signed";

fn rendered(agreement: &Agreement) -> Reading {
    read(&Renderer::new().agreement(agreement).unwrap())
}

#[test]
fn the_file_names_the_agreement_and_its_day_in_india() {
    let reading = rendered(&sample::signed(6));
    assert_eq!(reading.title, "Loan agreement SAMP-LAP-2026-0041877");
    assert_eq!(reading.creation_date, "D:20261120000000+05'30");
}

#[test]
fn every_page_names_lender_and_application_and_counts_itself() {
    let reading = rendered(&sample::signed(36));
    let count = reading.pages.len();
    assert_eq!(count, 4);
    for (index, page) in reading.pages.iter().enumerate() {
        assert!(page.says("Sampoorna Finserv Private Limited"));
        assert!(page.says("Application SAMP-LAP-2026-0041877"));
        assert!(page.says(&format!("Page {} of {count}", index + 1)));
    }
}

#[test]
fn a_draft_says_so_on_every_page_and_has_an_empty_place_to_sign() {
    let reading = rendered(&sample::draft(36));
    assert!(reading.pages.iter().all(|page| page.says(DRAFT)));
    assert!(reading.last_page().says("Signature of the Borrower"));
    assert!(!reading.says("Signed electronically"));
}

#[test]
fn a_signed_agreement_is_no_draft_and_shows_the_record_on_its_last_page() {
    for instalments in [1, 6, 36, 120] {
        let reading = rendered(&sample::signed(instalments));
        let record = sample::e_sign();
        assert!(!reading.says("DRAFT"));
        for text in [
            &record.signer_name,
            &record.signed_at_ist,
            &record.ip_address,
            &record.otp_reference,
            &record.mobile_masked,
            &record.unsigned_document_sha256,
            &record.verification_note,
        ] {
            assert!(reading.last_page().says(text), "{text} on the last page of {instalments} instalments");
        }
    }
}

#[test]
fn what_the_borrower_agrees_to_is_all_there() {
    let agreement = sample::signed(6);
    let reading = rendered(&agreement);
    for text in [
        "20 Nov 2026",
        "Mumbai",
        "U65999MH2014PTC000000",
        "4th Floor, Maker Towers, Cuffe Parade, Mumbai 400005, Maharashtra",
        "Meera Deshpande",
        "+91 22 0000 1234",
        "grievance@sampoorna.example",
        "Udaan Bazaar Technologies Private Limited",
        "Imran Qureshi",
        "Kshitija Shrivastava",
        "CUST-88213",
        "XXXXXX3210",
        "XXXXX1234X",
        "B-12, Vrindavan Society, Kothrud, Pune 411038, Maharashtra",
        "₹1,20,000.00",
        "Rupees One Lakh Twenty Thousand Only",
        "6 months",
        "24%",
        "28.31%",
        "₹21,423.10",
        "3 Jan 2027",
        "₹1,17,168.00",
        "₹8,538.56",
        "₹1,28,538.56",
        "Reducing balance, on the principal outstanding",
        "Processing fee ₹2,000.00 18% ₹360.00 ₹2,360.00",
        "Total ₹2,400.00 ₹432.00 ₹2,832.00",
        "XXXXXXXX4521",
        "SAMP0001234",
        "Sahyadri Sample Bank",
        "1 3 Jan 2027 ₹1,20,000.00 ₹19,023.10 ₹2,400.00 ₹21,423.10 ₹1,00,976.90",
        "Total ₹1,20,000.00 ₹8,538.56 ₹1,28,538.56",
    ] {
        assert!(reading.says(text), "{text}");
    }
    for (index, clause) in agreement.clauses.iter().enumerate() {
        assert!(reading.says(&format!("{}. {}", index + 1, clause.heading)), "{}", clause.heading);
    }
    assert!(!reading.says("\u{FFFD}"), "the built-in fonts have every character of an ordinary agreement");
}

#[test]
fn a_name_in_devanagari_can_be_searched_for() {
    assert!(rendered(&sample::draft(6)).pages[0].says("क्षितिजा श्रीवास्तव"));
}

#[test]
fn the_method_of_interest_is_said_in_words() {
    let mut agreement = sample::draft(6);
    agreement.loan.emi_method = EmiMethod::FlatRate;
    assert!(rendered(&agreement).says("Flat rate, on the full loan amount"));
}

#[test]
fn what_is_not_given_is_left_out_with_its_label() {
    let mut agreement = sample::draft(6);
    agreement.loan.apr_percent = None;
    agreement.borrower.name_in_hindi = None;
    agreement.lender.cin = " ".into();
    agreement.fees.clear();
    let reading = rendered(&agreement);
    for text in ["APR", "CIN", "क्षितिजा"] {
        assert!(!reading.pages[0].says(text), "{text}");
    }
    assert!(reading.says("The Borrower pays no fee for this loan."));
}

#[test]
fn the_schedule_repeats_its_head_and_its_total_never_stands_alone() {
    for instalments in [6, 36, 120, 360] {
        let agreement = sample::signed(instalments);
        let reading = rendered(&agreement);
        for row in &agreement.schedule {
            let text = format!("{} {}", row.due_day.long_text(), row.opening_principal.in_words_of_india());
            let page = reading.pages.iter().find(|page| page.says(&text)).unwrap();
            assert!(page.says("Opening principal"), "row {} has a head above it", row.number);
        }
        let last_row = agreement.schedule.last().unwrap().due_day.long_text();
        let total = format!("Total {}", agreement.loan.amount.in_words_of_india());
        assert!(
            reading.pages.iter().any(|page| page.says(&last_row) && page.says(&total)),
            "{instalments} instalments"
        );
    }
}

#[test]
fn equal_data_makes_equal_bytes_whatever_was_rendered_before_or_beside_it() {
    let renderer = Renderer::new();
    let agreements = [sample::draft(6), sample::signed(6), sample::signed(36)];
    let first = agreements.each_ref().map(|agreement| Renderer::new().agreement(agreement).unwrap());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for (agreement, bytes) in agreements.iter().zip(&first).chain(agreements.iter().zip(&first).rev()) {
                    assert!(renderer.clone().agreement(agreement).unwrap() == *bytes);
                }
            });
        }
    });
    assert!(first[0] != first[1]);
}

#[test]
fn a_total_that_does_not_fit_is_refused() {
    let mut agreement = sample::draft(6);
    agreement.schedule[0].interest = Paise::new(i64::MAX);
    assert_eq!(Renderer::new().agreement(&agreement), Err(DocumentError::Total(MoneyError::OutOfRange)));
}

#[test]
fn an_agreement_survives_its_way_through_json() {
    let agreement = sample::signed(6);
    let text = serde_json::to_string(&agreement).unwrap();
    assert_eq!(serde_json::from_str::<Agreement>(&text).unwrap(), agreement);
}
