//! What a narration says, by the rules in `rules.toml`.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::reading::Direction;
use crate::words::{Category, Channel, Description};

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct File {
    #[cfg_attr(not(test), expect(dead_code, reason = "for whoever reads and changes the file"))]
    version: u32,
    channel: Vec<ChannelRule>,
    bill: Vec<BillRule>,
    lender: LenderRule,
    category: BTreeMap<Category, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelRule {
    channel: Channel,
    description: Option<Description>,
    direction: Option<Direction>,
    all: Vec<Vec<String>>,
    #[serde(default)]
    none: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "the rule's fixture"))]
    example: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BillRule {
    description: Description,
    any: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct LenderRule {
    any: Vec<String>,
    never: Vec<String>,
}

/// What the rules say of one narration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said {
    pub channel: Option<Channel>,
    pub description: Option<Description>,
    pub category: Option<Category>,
    pub is_rtgs: bool,
    pub is_tax: bool,
}

pub struct Rules {
    file: File,
    /// Finds every phrase in one pass.
    finder: Option<AhoCorasick>,
    numbers: HashMap<String, usize>,
    lengths: Vec<usize>,
}

/// Read once. That the file can be read is proved by a test.
pub static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::of(toml::from_str(include_str!("rules.toml")).unwrap_or_default()));

const RTGS: &str = "RTGS";
const TAX: &[&str] =
    &["INCOME TAX", "TDS", "ADVANCE TAX", "GST PAYMENT", "GSTN", "CBDT", "OLTAS", "TAX PAYMENT", "DIRECT TAX*"];

impl Rules {
    fn of(file: File) -> Rules {
        let channels = file.channel.iter().flat_map(|rule| rule.all.iter().flatten().chain(&rule.none));
        let bills = file.bill.iter().flat_map(|rule| &rule.any);
        let lenders = file.lender.any.iter().chain(&file.lender.never);
        let all = channels.chain(bills).chain(lenders).chain(file.category.values().flatten()).map(String::as_str);
        let (mut numbers, mut patterns) = (HashMap::new(), Vec::new());
        for phrase in all.chain([RTGS]).chain(TAX.iter().copied()) {
            if !numbers.contains_key(phrase) {
                numbers.insert(phrase.to_owned(), patterns.len());
                // A phrase begins and ends with a word, unless it may go on.
                patterns
                    .push(phrase.strip_suffix('*').map_or_else(|| format!(" {phrase} "), |open| format!(" {open}")));
            }
        }
        let lengths = patterns.iter().map(String::len).collect();
        Rules { finder: AhoCorasick::new(&patterns).ok(), file, numbers, lengths }
    }

    #[must_use]
    pub fn say(&self, note: &str, direction: Direction) -> Said {
        let found = Found { rules: self, has: self.found(note) };
        let rule = self.file.channel.iter().find(|rule| found.fits(rule, direction));
        let channel = rule.map(|rule| rule.channel);
        let mut description = rule.and_then(|rule| rule.description);
        if channel == Some(Channel::BillPayment) {
            description = self.file.bill.iter().find(|rule| found.any(&rule.any)).map(|rule| rule.description);
        }
        if description.is_none()
            && may_be_lent(channel)
            && found.any(&self.file.lender.any)
            && !found.any(&self.file.lender.never)
        {
            description = Some(Description::LenderTransaction);
        }
        let category = may_be_bought(channel).then(|| found.category(&self.file.category)).flatten();
        Said {
            channel,
            description,
            category,
            is_rtgs: found.has(RTGS),
            is_tax: TAX.iter().any(|phrase| found.has(phrase)),
        }
    }

    /// Which phrases a narration has.
    fn found(&self, note: &str) -> Vec<bool> {
        let mut has = vec![false; self.lengths.len()];
        if let Some(finder) = &self.finder {
            for found in finder.find_overlapping_iter(&plain(note)) {
                has[found.pattern().as_usize()] = true;
            }
        }
        has
    }
}

/// Charges, bounces, interest and cash are the bank's own.
fn may_be_lent(channel: Option<Channel>) -> bool {
    use Channel::{AutoDebitPayment, Chq, NetBankingTransfer, PaymentGatewayPurchase, Upi};
    matches!(channel, None | Some(AutoDebitPayment | Chq | NetBankingTransfer | PaymentGatewayPurchase | Upi))
}

fn may_be_bought(channel: Option<Channel>) -> bool {
    use Channel::{AutoDebitPayment, BillPayment, DebitCard, NetBankingTransfer, PaymentGatewayPurchase, Upi};
    let bought = [AutoDebitPayment, BillPayment, DebitCard, NetBankingTransfer, PaymentGatewayPurchase, Upi];
    channel.is_none_or(|channel| bought.contains(&channel))
}

/// Words in capitals with one blank between and around them. `BAJAJ FINANCE LTD-P12` is ` BAJAJ FINANCE LTD P12 `.
fn plain(note: &str) -> String {
    let mut plain = String::with_capacity(note.len() + 2);
    plain.push(' ');
    for character in note.chars() {
        if character.is_alphanumeric() {
            plain.extend(character.to_uppercase());
        } else if !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    if !plain.ends_with(' ') {
        plain.push(' ');
    }
    plain
}

struct Found<'a> {
    rules: &'a Rules,
    has: Vec<bool>,
}

impl Found<'_> {
    fn has(&self, phrase: &str) -> bool {
        self.rules.numbers.get(phrase).is_some_and(|number| self.has[*number])
    }

    fn any(&self, phrases: &[String]) -> bool {
        phrases.iter().any(|phrase| self.has(phrase))
    }

    fn fits(&self, rule: &ChannelRule, direction: Direction) -> bool {
        rule.direction.is_none_or(|only| only == direction)
            && rule.all.iter().all(|group| self.any(group))
            && !self.any(&rule.none)
    }

    fn category(&self, categories: &BTreeMap<Category, Vec<String>>) -> Option<Category> {
        let length = |phrase: &String| {
            self.rules.numbers.get(phrase).filter(|number| self.has[**number]).map(|number| self.rules.lengths[*number])
        };
        let longest = |phrases: &Vec<String>| phrases.iter().filter_map(length).max();
        let found =
            categories.iter().filter_map(|(category, phrases)| longest(phrases).map(|length| (length, *category)));
        // Of two that are as long, the first by name, so that the answer is always the same.
        found.max_by_key(|(length, category)| (*length, std::cmp::Reverse(*category))).map(|(_, category)| category)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> File {
        toml::from_str(include_str!("rules.toml")).unwrap()
    }

    #[test]
    fn the_example_of_each_rule_is_understood_by_that_rule_and_by_no_earlier_one() {
        assert_eq!(file().version, 1);
        for (at, rule) in file().channel.iter().enumerate() {
            for direction in [Direction::Credit, Direction::Debit] {
                if rule.direction.is_some_and(|only| only != direction) {
                    continue;
                }
                let found = Found { rules: &RULES, has: RULES.found(&rule.example) };
                let first = RULES.file.channel.iter().position(|rule| found.fits(rule, direction));
                assert_eq!(first, Some(at), "{}", rule.example);
                assert_eq!(RULES.say(&rule.example, direction).channel, Some(rule.channel));
            }
        }
    }

    #[test]
    fn every_channel_that_is_marked_by_a_narration_has_a_rule() {
        let ruled: std::collections::BTreeSet<_> = file().channel.iter().map(|rule| rule.channel).collect();
        let missing: Vec<_> = Channel::ALL.iter().filter(|channel| !ruled.contains(channel)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_category_and_bill_and_lender_is_found_by_each_of_its_phrases() {
        let file = file();
        assert_eq!(file.category.len(), Category::ALL.len());
        for phrase in
            file.category.values().flatten().chain(file.bill.iter().flat_map(|bill| &bill.any)).chain(&file.lender.any)
        {
            let note = format!("UPI-{}-1234", phrase.trim_end_matches('*'));
            let found = Found { rules: &RULES, has: RULES.found(&note) };
            assert!(found.has(phrase), "{phrase}");
        }
        assert_eq!(RULES.say("UPI-EXAMPLE WINES-1", Direction::Debit).category, Some(Category::Alcohol));
        let bill = RULES.say("BILLPAY-CREDIT CARD-1", Direction::Debit);
        assert_eq!(bill.description, Some(Description::CreditCardBill));
    }

    #[test]
    fn a_phrase_is_whole_words_and_a_direction_is_kept() {
        assert_eq!(RULES.say("RETAIL POSTER", Direction::Debit).channel, None);
        assert_eq!(RULES.say("POS 1234", Direction::Debit).channel, Some(Channel::DebitCard));
        assert_eq!(RULES.say("POS 1234", Direction::Credit).channel, None);
        assert_eq!(RULES.say("SCHOOL FEE UPI", Direction::Debit).channel, Some(Channel::Upi));
    }
}
