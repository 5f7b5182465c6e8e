use qist_statement::{Bank, Direction, NotParsable, Unreadable};
use qist_testkit::statement::{LAYOUTS, Life, draw, image_only, letter};

use crate::support::{assert_rows, day, read_as, read_plainly};

#[test]
fn every_row_of_every_layout_is_read_to_the_last_letter() {
    for layout in LAYOUTS {
        for seed in 1..=6 {
            let account = Life::salaried(seed).dialect(layout.dialect).account();
            let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap_or_else(|error| {
                panic!("{}: {error}", layout.name);
            });
            assert_eq!((reading.bank, reading.accounts.len()), (Bank::Hdfc, 1));
            assert_rows(&reading.accounts[0], &account, layout.name);
        }
    }
}
