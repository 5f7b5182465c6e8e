//! What was overdue of an instalment, and for how long: what charges for being late are counted from.

use std::collections::BTreeSet;

use super::fact::Fact;
use super::position::{Position, Replay};
use super::schedule::Quote;
use crate::day::Day;
use crate::product::Overdue;

/// Stretch by stretch, from the due day until `as_of`; a day counts once it has passed. What is paid on a day is no longer overdue
/// on it, and what was paid and did not stand was overdue all the while. Charges are not part of it: nothing is ever charged on a
/// charge (RBI/2023-24/53).
#[must_use]
pub fn overdue(quote: &Quote, facts: &[Fact], num: u32, as_of: Day) -> Vec<Overdue> {
    let position = Position::of(quote, facts, as_of);
    let Some(due_day) = position.installment(num).map(|one| one.row.due_day).filter(|due| *due < as_of) else {
        return Vec::new();
    };
    let within = |day: &Day| *day > due_day && *day < as_of;
    let mut bounds: BTreeSet<Day> = facts.iter().map(|fact| fact.value_day).filter(within).collect();
    bounds.extend([due_day, as_of]);
    let bounds: Vec<Day> = bounds.into_iter().collect();
    let mut replay = Replay::new(quote, facts, as_of);
    let mut stretches: Vec<Overdue> = Vec::new();
    for pair in bounds.windows(2) {
        let Some(amount) = replay.until(pair[0]).installment(num).map(super::InstallmentPosition::unpaid) else {
            continue;
        };
        let Ok(days) = u32::try_from(pair[1].days_since(pair[0])) else { continue };
        match stretches.last_mut() {
            Some(last) if last.amount == amount => last.days += days,
            _ if amount.is_positive() => stretches.push(Overdue { amount, days }),
            _ => {}
        }
    }
    stretches
}
