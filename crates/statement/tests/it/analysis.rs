use std::collections::{BTreeMap, BTreeSet};

use qist_domain::calendar::{Calendar, Weekend};
use qist_domain::money::Paise;
use qist_statement::analysis::{Figure, Month};
use qist_statement::{Analysis, Direction, Input, Limits, Reading, analyse, read_account_aggregator};
use qist_testkit::statement::{Account, LAYOUTS, Life, deposit_json, draw};

use crate::support::{read_plainly, today};

pub fn analysed(readings: &[(&str, &Reading)]) -> Analysis {
    let mut inputs = Vec::new();
    for (statement, reading) in readings {
        for account in &reading.accounts {
            let name = account.account_number.as_deref().unwrap_or("?");
            inputs.push(Input { statement, account: name, bank: reading.bank, reading: account, file: &reading.file });
        }
    }
    analyse(&inputs, &Calendar::of(Weekend::SunAnd2nd4thSat), today())
}

fn planted(seed: u64, dialect: usize) -> (Account, Analysis) {
    let layout = LAYOUTS.iter().find(|layout| layout.dialect == dialect).unwrap();
    let account = Life::salaried(seed).dialect(dialect).account();
    let reading = read_plainly(&draw(std::slice::from_ref(&account), layout)).unwrap();
    let analysis = analysed(&[("s1", &reading)]);
    (account, analysis)
}

#[test]
fn every_planted_channel_description_and_category_is_found() {
    for (seed, dialect) in [(1, 0), (2, 1), (3, 2), (4, 0), (5, 1), (6, 2)] {
        let (account, analysis) = planted(seed, dialect);
        for (found, entry) in analysis.accounts[0].transactions.iter().zip(&account.entries) {
            let text = |word: Option<&'static str>| word.unwrap_or("");
            let said = (
                text(found.channel.map(|word| word.as_str())),
                text(found.description.map(|word| word.as_str())),
                text(found.category.map(|word| word.as_str())),
            );
            assert_eq!(said, (entry.truth.channel, entry.truth.description, entry.truth.category), "{}", entry.note);
        }
    }
}

#[test]
fn every_planted_salary_is_found_and_nothing_else() {
    for seed in 1..=9 {
        let (account, analysis) = planted(seed, usize::try_from(seed % 3).unwrap());
        let is_salary = |at: &usize| account.entries[*at].truth.salary;
        let planted: Vec<usize> = (0..account.entries.len()).filter(is_salary).collect();
        assert_eq!(analysis.accounts[0].salary, planted);
    }
}

#[test]
fn every_planted_recurring_set_is_found_with_exactly_its_members() {
    for seed in 1..=9 {
        let (account, analysis) = planted(seed, usize::try_from(seed % 3).unwrap());
        let mut sets: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, entry) in account.entries.iter().enumerate().filter(|(_, entry)| entry.truth.set > 0) {
            sets.entry(entry.truth.set).or_default().push(at);
        }
        assert_eq!(sets.len(), 6);
        for (number, members) in sets {
            let found = analysis.accounts[0].recurring.iter().find(|set| set.members == members);
            assert!(found.is_some(), "seed {seed}: set {number}");
        }
    }
}

#[test]
fn lenders_rows_are_those_described_as_such() {
    let (account, analysis) = planted(1, 0);
    let lender = |at: &usize| account.entries[*at].truth.description == "lender_transaction";
    let planted: Vec<usize> = (0..account.entries.len()).filter(lender).collect();
    assert_eq!(analysis.accounts[0].lender, planted);
    assert_eq!(planted.len(), 8);
}

#[test]
fn every_month_has_all_sixty_six_fields() {
    let (account, analysis) = planted(1, 0);
    let monthly = &analysis.monthly;
    let names: Vec<String> = monthly.months.iter().map(|month| month.named()).collect();
    assert_eq!(names, ["Jul-2023", "Aug-2023", "Sep-2023", "Oct-2023", "Nov-2023", "Dec-2023"]);
    assert_eq!(monthly.fields.len(), 66);
    assert!(monthly.fields.values().all(|figures| figures.len() == 6));
    let field = |name: &str| monthly.fields[name].clone();
    for (at, month) in monthly.months.iter().enumerate() {
        let rows: Vec<_> = account.entries.iter().filter(|entry| Month::of(entry.day) == *month).collect();
        let sum =
            |credit: bool| rows.iter().filter(|entry| entry.credit == credit).map(|entry| entry.amount).sum::<Paise>();
        assert_eq!(field("amt_credit")[at], Figure::Amount(sum(true)));
        assert_eq!(field("amt_debit")[at], Figure::Amount(sum(false)));
        assert_eq!(field("cnt_transactions")[at], Figure::Count(u32::try_from(rows.len()).unwrap()));
        assert_eq!(field("closing_balance")[at], Figure::Amount(rows.last().unwrap().balance));
        assert_eq!(field("number_of_salary_transactions")[at], Figure::Count(1));
        let net = sum(true).minus(sum(false)).unwrap();
        assert_eq!(field("net_cash_inflow")[at], Figure::Amount(net));
        let opening = rows.last().unwrap().balance.minus(net).unwrap();
        assert_eq!(field("opening_balance")[at], Figure::Amount(opening));
    }
    let percents = field("perc_salary_spend_net_banking_transfer");
    assert!(percents.iter().all(|figure| matches!(figure, Figure::Percent(1..=10_000))), "{percents:?}");
}

#[test]
fn a_day_without_rows_has_the_balance_of_the_day_before() {
    let (account, analysis) = planted(2, 1);
    let ends = &analysis.accounts[0].end_of_day;
    assert_eq!((ends.len(), ends[0].day, ends[183].day), (184, account.from, account.to));
    for end in ends {
        let before = account.entries.iter().rev().find(|entry| entry.day <= end.day);
        assert_eq!(end.balance, before.map_or(account.entries[0].balance, |entry| entry.balance), "{}", end.day);
    }
}

#[test]
fn rows_that_two_statements_share_count_once_and_keep_their_hash() {
    let account = Life::salaried(3).account();
    let mut early = account.clone();
    early.entries.truncate(60);
    let mut late = account.clone();
    late.entries.drain(..40);
    late.opening = account.entries[39].balance;
    let read = |account: &Account| read_plainly(&draw(std::slice::from_ref(account), &LAYOUTS[0])).unwrap();
    let (whole, early, late) = (read(&account), read(&early), read(&late));
    let apart = analysed(&[("a", &early), ("b", &late)]);
    let together = analysed(&[("a", &whole)]);
    let hashes =
        |analysis: &Analysis| analysis.accounts[0].transactions.iter().map(|row| row.hash.clone()).collect::<Vec<_>>();
    assert_eq!(hashes(&apart), hashes(&together));
    assert_eq!(apart.accounts[0].statements, ["a", "b"]);
    let unique: BTreeSet<String> = hashes(&together).into_iter().collect();
    assert_eq!(unique.len(), account.entries.len());
    assert!(unique.iter().all(|hash| hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_hexdigit())));
}

#[test]
fn an_aggregators_data_is_analysed_as_the_pdf_is() {
    let account = Life::salaried(4).account();
    let pdf = read_plainly(&draw(std::slice::from_ref(&account), &LAYOUTS[0])).unwrap();
    let data = read_account_aggregator(&deposit_json(&account, "2.0"), None, &Limits::default()).unwrap();
    let (pdf, data) = (analysed(&[("a", &pdf)]), analysed(&[("a", &data)]));
    assert_eq!(pdf.monthly, data.monthly);
    assert_eq!(pdf.features, data.features);
    assert_eq!(pdf.accounts[0].recurring.len(), data.accounts[0].recurring.len());
}

#[test]
fn features_sum_up_what_a_lender_asks() {
    let (account, analysis) = planted(5, 0);
    let features = analysis.features;
    let salaries = account.entries.iter().filter(|entry| entry.truth.salary).map(|entry| entry.amount.get());
    let (least, most) = (salaries.clone().min().unwrap(), salaries.max().unwrap());
    assert!((least..=most).contains(&features.income_monthly_paise) && features.salaried);
    // The instalment of 8 543 each month; the one that bounced was not paid.
    assert_eq!((features.months_count, features.emi_monthly_paise), (6, 854_300));
    assert_eq!((features.bounces_count, features.bounces_outward_count), (2, 1));
    assert_eq!((features.fraud_count, features.hints_count), (0, 0));
    assert_eq!(features.lender_credits_paise, 7_512_500);
    assert!(features.emi_to_income_bps > 1_200 && features.emi_to_income_bps < 1_300);
    assert!(features.average_balance_paise > features.minimum_balance_paise);
}

#[test]
fn several_accounts_add_up() {
    let accounts: Vec<Account> = (1..=2).map(|seed| Life::salaried(seed).account()).collect();
    let reading = read_plainly(&draw(&accounts, &LAYOUTS[0])).unwrap();
    let analysis = analysed(&[("a", &reading)]);
    let credits = accounts.iter().map(|account| account.totals().credit).sum::<Paise>();
    let months = analysis.monthly.fields["amt_credit"].iter();
    let found =
        months.map(|figure| if let Figure::Amount(amount) = figure { *amount } else { Paise::ZERO }).sum::<Paise>();
    assert_eq!(found, credits);
    let closing = accounts.iter().map(Account::closing).sum::<Paise>();
    assert_eq!(analysis.monthly.fields["closing_balance"][5], Figure::Amount(closing));
    assert_eq!(analysis.accounts.len(), 2);
    assert!(
        analysis.accounts[0]
            .transactions
            .iter()
            .all(|row| row.direction == Direction::Credit || row.signed() < Paise::ZERO)
    );
}

#[test]
fn nothing_in_is_nothing_out() {
    assert_eq!(analysed(&[]), Analysis::default());
}

/// What is found where the salary is written and paid in another way.
fn with_salaries(change: impl Fn(usize, &mut qist_testkit::statement::Entry)) -> Analysis {
    let mut account = Life::salaried(6).account();
    let own = account.entries.iter_mut().filter(|entry| entry.truth.salary);
    own.enumerate().for_each(|(at, entry)| change(at, entry));
    account.carry_forward(0);
    analysed(&[("s1", &read_plainly(&draw(std::slice::from_ref(&account), &LAYOUTS[0])).unwrap())])
}

#[test]
fn a_salary_needs_no_word_for_it_but_a_rent_from_a_person_is_none() {
    let firm = with_salaries(|_, entry| entry.note = "NEFT CR-CITI0000002-GREEN LOTUS LLP-CITIN123456".into());
    assert_eq!((firm.accounts[0].salary.len(), firm.features.salaried), (6, true));
    let person = with_salaries(|_, entry| {
        entry.note = "NEFT CR-CITI0000002-RAMESH SAMPLE-CITIN123456".into();
        entry.amount = Paise::from_rupees(25_000);
    });
    assert_eq!((person.accounts[0].salary.len(), person.features.salaried), (0, false));
    let seldom = with_salaries(|at, entry| {
        entry.note = "NEFT CR-CITI0000002-GREEN LOTUS LLP-CITIN123456".into();
        entry.amount = Paise::from_rupees(if at % 2 == 0 { 60_000 } else { 6_000 });
    });
    assert_eq!(seldom.accounts[0].salary.len(), 0);
}

#[test]
fn an_analysis_and_a_reading_come_back_from_json_as_they_were() {
    let account = Life::salaried(7).account();
    let reading = read_plainly(&draw(std::slice::from_ref(&account), &LAYOUTS[0])).unwrap();
    let analysis = analysed(&[("s1", &reading)]);
    assert_eq!(serde_json::from_str::<Reading>(&serde_json::to_string(&reading).unwrap()).unwrap(), reading);
    assert_eq!(serde_json::from_str::<Analysis>(&serde_json::to_string(&analysis).unwrap()).unwrap(), analysis);
}
