//! Whose account it is, at which bank, and for which days: what stands above the table.

use qist_domain::day::Day;

use super::date;
use super::line::{Line, joined};
use crate::bank::{BANKS, Bank};
use crate::pdf::Word;
use crate::reading::AccountReading;

/// How many lines are looked at where there is no table to end them.
const HEAD_LINES: usize = 30;

/// The bank whose IFSC, else whose name, stands in the head. Narrations are never asked: they are full of others.
pub fn bank(lines: &[Line], head_end: Option<usize>) -> Option<Bank> {
    let head = &lines[..head_end.unwrap_or(lines.len()).min(lines.len()).min(HEAD_LINES * 3)];
    let head = if head_end.is_none() { &head[..head.len().min(HEAD_LINES)] } else { head };
    ifsc(head).and_then(|ifsc| Bank::of_ifsc(&ifsc)).or_else(|| head.iter().find_map(|line| named(&line.text())))
}

/// The bank that a line names first; of names within names, the longest.
fn named(text: &str) -> Option<Bank> {
    let letters: String = text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let found = BANKS.iter().flat_map(|bank| {
        let name: String = bank.name().to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        letters.find(&name).map(|at| (at, std::cmp::Reverse(at + name.len()), *bank))
    });
    // A name that ends later began earlier or is longer: `State Bank of India` before the `Bank of India` in it.
    found.min_by_key(|(at, end, _)| (*at, *end)).map(|(_, _, bank)| bank)
}

fn ifsc(lines: &[Line]) -> Option<String> {
    let codes = |line: &Line| {
        let words = line.words.iter().flat_map(|word| word.text.split(|c: char| !c.is_ascii_alphanumeric()));
        words.map(str::to_ascii_uppercase).find(|word| is_ifsc(word))
    };
    lines.iter().find_map(codes)
}

fn is_ifsc(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 11
        && bytes[..4].iter().all(u8::is_ascii_uppercase)
        && bytes[4] == b'0'
        && bytes[5..].iter().all(u8::is_ascii_alphanumeric)
}

const NUMBER_LABELS: &[&str] =
    &["accountnumber", "accountno", "a/cnumber", "a/cno", "acctno", "acno", "savingsaccountno"];

/// The line that has the account's number behind its label, and the number.
pub fn account_number(lines: &[Line]) -> Option<(usize, String)> {
    lines.iter().enumerate().find_map(|(at, line)| {
        let text = line.text();
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        // Letters of one byte keep their places when they are made small.
        let small = squeezed.to_ascii_lowercase();
        let end = NUMBER_LABELS.iter().find_map(|label| small.find(label).map(|start| start + label.len()))?;
        let rest = squeezed[end..].trim_start_matches(['.', ':', '-']);
        number(rest).or_else(|| lines.get(at + 1).and_then(below)).map(|number| (at, number))
    })
}

fn number(text: &str) -> Option<String> {
    let number: String = text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x' | '*')).collect();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    ((6..=24).contains(&number.len()) && digits >= 3).then_some(number)
}

/// A number by itself in the line below its label.
fn below(line: &Line) -> Option<String> {
    line.words
        .iter()
        .find_map(|word| number(&word.text).filter(|number| number.len() == word.text.len() && number.len() > 7))
}

/// Where the head of an account that is told apart at line `at` begins: the top of its page, or where the last one ended.
pub fn top_of(lines: &[Line], from: usize, at: usize) -> usize {
    let page = lines[at].page;
    (from..at).find(|line| lines[*line].page == page).unwrap_or(at)
}

pub fn identity(lines: &[Line], today: Day) -> AccountReading {
    let (from, to) = period(lines, today).unzip();
    let (holder_name, address) = holder(lines).unzip();
    AccountReading {
        account_number: account_number(lines).map(|(_, number)| number),
        ifsc: ifsc(lines),
        micr: micr(lines),
        holder_name,
        address: address.flatten(),
        from,
        to,
        ..AccountReading::default()
    }
}

fn micr(lines: &[Line]) -> Option<String> {
    lines.iter().find_map(|line| {
        let small = line.text().to_lowercase();
        let rest = &small[small.find("micr")?..];
        let digits: String =
            rest.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        (digits.len() == 9).then_some(digits)
    })
}

/// Two days in one line, the second not before the first.
fn period(lines: &[Line], today: Day) -> Option<(Day, Day)> {
    let dated = |line: &Line| {
        let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
        let mut days = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let found = (1..=3).find_map(|count| {
                let text = words.get(at..at + count)?.join(" ");
                let text = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
                date::parse(text).map(|day| (count, day))
            });
            at += found.map_or(1, |(count, _)| count);
            days.extend(found.map(|(_, day)| day));
        }
        match days.as_slice() {
            [from, to] if from <= to && *from <= today => Some((*from, *to)),
            _ => None,
        }
    };
    lines.iter().find_map(dated)
}

const TITLES: &[&str] =
    &["mr", "mrs", "ms", "miss", "shri", "smt", "m/s", "mr.", "mrs.", "ms.", "shri.", "smt.", "m/s."];
const NAME_LABELS: &[&[&str]] =
    &[&["account", "holder", "name"], &["account", "holder"], &["customer", "name"], &["account", "name"], &["name"]];

/// Name and address: behind a label, or behind a title at the beginning of a part of a line.
fn holder(lines: &[Line]) -> Option<(String, Option<String>)> {
    for (at, line) in lines.iter().enumerate() {
        for part in parts(&line.words) {
            let words: Vec<String> = part.iter().map(|word| word.text.to_lowercase()).collect();
            let first = words.first().map(|word| word.trim_end_matches(':'))?;
            let start = if TITLES.contains(&first) && part.len() > 1 {
                1
            } else if let Some(label) = labelled(&words) {
                label
            } else {
                continue;
            };
            let mut name = &part[start.min(part.len())..];
            if name.len() > 1 && TITLES.contains(&name[0].text.to_lowercase().as_str()) {
                name = &name[1..];
            }
            let text = joined(name.iter());
            if text.chars().filter(|c| c.is_alphabetic()).count() < 3 {
                continue;
            }
            return Some((text, address(&lines[at + 1..], part[0].x0, line)));
        }
    }
    None
}

/// How many words of the part are the label of a name.
fn labelled(words: &[String]) -> Option<usize> {
    let plain = |word: &String| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let label = NAME_LABELS.iter().find(|label| {
        label.len() <= words.len() && words.iter().zip(label.iter()).all(|(word, part)| plain(word) == *part)
    })?;
    let after = &words[label.len()..];
    let separators = after.iter().take_while(|word| word.chars().all(|c| !c.is_alphanumeric())).count();
    // A label has a colon, at its end or behind it; without one `name` is any word.
    let colon = words[label.len() - 1].ends_with(':') || separators > 0;
    colon.then_some(label.len() + separators)
}

/// Words with less than a wide gap between them.
fn parts(words: &[Word]) -> Vec<&[Word]> {
    words.chunk_by(|a, b| b.x0 - a.x1 < 2.5 * a.size).collect()
}

fn address(lines: &[Line], left: f32, name: &Line) -> Option<String> {
    let mut found = Vec::new();
    let mut last = name.y;
    let size = name.words.first().map_or(10.0, |word| word.size);
    for line in lines.iter().take(10) {
        if line.page != name.page || line.y - last > size * 2.2 || found.len() == 6 {
            break;
        }
        let part = parts(&line.words).into_iter().find(|part| (part[0].x0 - left).abs() < 3.0);
        let Some(part) = part else { continue };
        let text = joined(part.iter());
        if text.contains(':') {
            break;
        }
        last = line.y;
        found.push(text);
    }
    (!found.is_empty()).then(|| found.join(", "))
}
