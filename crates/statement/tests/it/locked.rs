use qist_statement::{Limits, Unreadable, read};
use qist_testkit::statement::{LAYOUTS, Life};

use crate::support::{assert_rows, today};

/// Statements of seed 1, one month, in the first layout, locked with `secret`; `docs/statements.md` tells how they are made.
const LOCKED: [(&str, &[u8]); 3] = [
    ("RC4-128", include_bytes!("../../../../fixtures/statements/locked-rc4-128.pdf")),
    ("AES-128", include_bytes!("../../../../fixtures/statements/locked-aes-128.pdf")),
    ("AES-256", include_bytes!("../../../../fixtures/statements/locked-aes-256.pdf")),
];

#[test]
fn a_locked_file_is_opened_by_its_password_and_by_no_other() {
    let account = Life::salaried(1).months(1).dialect(LAYOUTS[0].dialect).account();
    for (name, pdf) in LOCKED {
        let with = |password: Option<&str>| read(pdf, password, None, today(), &Limits::default());
        for wrong in [None, Some(""), Some("Secret"), Some("secret ")] {
            assert_eq!(with(wrong), Err(Unreadable::PasswordIncorrect), "{name}");
        }
        let reading = with(Some("secret")).unwrap();
        assert!(reading.file.encrypted);
        assert_rows(&reading.accounts[0], &account, name);
    }
}

#[test]
fn a_password_for_a_file_that_needs_none_is_ignored() {
    let account = Life::salaried(1).months(1).account();
    let pdf = qist_testkit::statement::draw(std::slice::from_ref(&account), &LAYOUTS[0]);
    let reading = read(&pdf, Some("secret"), None, today(), &Limits::default()).unwrap();
    assert_rows(&reading.accounts[0], &account, "open");
}
