//! Numbers that are not printed as the others of their column are.

use std::collections::HashMap;

use super::rows::Print;
use super::signs::Printed;
use crate::reading::{Mark, Row};

/// A font with its size in half points. Bold is left out: banks print some amounts bold.
type Look = (u16, u32);

pub fn marked(printed: Vec<Printed>, fonts: &[String]) -> Vec<Row> {
    let amounts = usual(printed.iter().map(|printed| &printed.amount));
    let balances = usual(printed.iter().map(|printed| &printed.balance));
    let mark = |print: &Print, usual: Option<Look>| {
        let usual = usual.filter(|usual| *usual != look(print) && !print.bold)?;
        Some(Mark::FontMismatch { text: print.text.clone(), font: name(look(print), fonts), usual: name(usual, fonts) })
    };
    let row = |printed: Printed| {
        let marks = [mark(&printed.amount, amounts), mark(&printed.balance, balances)];
        let mut row = printed.row;
        row.marks.extend(marks.into_iter().flatten());
        row
    };
    printed.into_iter().map(row).collect()
}

/// The look of a column, where nine of ten have it and enough rows tell.
fn usual<'a>(prints: impl Iterator<Item = &'a Print>) -> Option<Look> {
    let mut counts: HashMap<Look, usize> = HashMap::new();
    let mut all = 0;
    for print in prints.filter(|print| !print.bold) {
        *counts.entry(look(print)).or_default() += 1;
        all += 1;
    }
    let (look, count) = counts.into_iter().max_by_key(|(look, count)| (*count, *look))?;
    (all >= 5 && all - count <= (all / 10).max(1)).then_some(look)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are clamped to a page")]
fn look(print: &Print) -> Look {
    (print.font, (print.size.clamp(0.0, 1000.0) * 2.0).round() as u32)
}

fn name((font, half_points): Look, fonts: &[String]) -> String {
    let font = fonts.get(usize::from(font)).map_or("", String::as_str);
    format!("{font} {}.{}", half_points / 2, half_points % 2 * 5)
}
