//! What was overdue of an instalment, and for how long: what charges for being late are counted from.

use std::collections::BTreeSet;

use super::fact::Fact;
use super::position::Position;
use super::schedule::Quote;
use crate::day::Day;
use crate::product::Overdue;

/// Stretch by stretch, from the due day until `as_of`; a day counts once it has passed. What is paid on a day is no longer overdue
/// on it. Charges are not part of it: nothing is ever charged on a charge (RBI/2023-24/53).
#[must_use]
pub fn overdue(quote: &Quote, facts: &[Fact], num: u32, as_of: Day) -> Vec<Overdue> {
    let position = Position::of(quote, facts, as_of);
    let Some(row) = position.installment(num).map(|one| one.row) else { return Vec::new() };
    let within = |day: &Day| *day > row.due_day && *day < as_of;
    let mut bounds: BTreeSet<Day> = facts.iter().map(|fact| fact.value_day).filter(within).collect();
    if as_of > row.due_day {
        bounds.extend([row.due_day, as_of]);
    }
    let bounds: Vec<Day> = bounds.into_iter().collect();
    let stretch = |pair: &[Day]| {
        let position = Position::of(quote, facts, pair[0]);
        let one = position.installment(num)?;
        let amount = one.unpaid();
        let days = u32::try_from(pair[1].days_since(pair[0])).ok()?;
        amount.is_positive().then_some(Overdue { amount, days })
    };
    let mut stretches: Vec<Overdue> = Vec::new();
    for one in bounds.windows(2).filter_map(stretch) {
        match stretches.last_mut() {
            Some(last) if last.amount == one.amount => last.days += one.days,
            _ => stretches.push(one),
        }
    }
    stretches
}
