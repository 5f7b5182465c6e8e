use qist_statement::{Bank, Limits, NotParsable, Source, Unreadable, read_account_aggregator};
use qist_testkit::statement::{Life, deposit_json, deposit_xml};

use crate::support::assert_rows;

fn read(bytes: &[u8]) -> Result<qist_statement::Reading, Unreadable> {
    read_account_aggregator(bytes, None, &Limits::default())
}

#[test]
fn deposit_data_is_read_in_json_and_xml_of_every_version() {
    let account = Life::salaried(1).account();
    for version in ["1.1", "1.2", "2.0"] {
        for bytes in [deposit_json(&account, version), deposit_xml(&account, version)] {
            let reading = read(&bytes).unwrap();
            assert_eq!((reading.bank, reading.source), (Bank::Hdfc, Source::AccountAggregator));
            assert_rows(&reading.accounts[0], &account, version);
            assert_eq!(reading.accounts[0].holder_name.as_deref(), Some("ROHAN TESTWALA"));
            assert!(reading.accounts[0].account_number.as_deref().is_some_and(|number| number.starts_with("XXXX")));
        }
    }
}

#[test]
fn an_envelope_and_small_letters_do_not_matter() {
    let account = Life::salaried(2).account();
    let inner = String::from_utf8(deposit_json(&account, "2.0")).unwrap().to_lowercase();
    let wrapped = format!("{{\"fipData\":[{{\"data\":[{{\"decryptedFI\":{inner}}},{{\"decryptedFI\":{inner}}}]}}]}}");
    let reading = read(wrapped.as_bytes()).unwrap();
    assert_eq!((reading.accounts.len(), reading.accounts[1].rows.len()), (2, account.entries.len()));
}

#[test]
fn data_that_is_not_of_the_schema_is_refused_as_a_whole() {
    let schema = Err(Unreadable::NotParsable(NotParsable::Schema));
    let text = String::from_utf8(deposit_json(&Life::salaried(1).account(), "1.1")).unwrap();
    for wrong in [
        "{}".to_owned(),
        "[]".to_owned(),
        "<x/>".to_owned(),
        String::new(),
        text.replacen("\"deposit\"", "\"equities\"", 1),
        text.replacen("\"CREDIT\"", "\"GIFT\"", 1),
        text.replacen("\"amount\":\"", "\"amount\":\"1e3", 1),
        text.replacen("T11:30:15", "T99:30:15", 1),
    ] {
        assert_eq!(read(wrong.as_bytes()), schema);
    }
    let named = read_account_aggregator(text.as_bytes(), Some(Bank::Axis), &Limits::default());
    assert_eq!(named, Err(Unreadable::NotThisBank { detected: Bank::Hdfc }));
    let foreign = text.replace("HDFC0001234", "ZZZZ0001234");
    assert_eq!(read(foreign.as_bytes()), Err(Unreadable::BankNotDetected));
}
