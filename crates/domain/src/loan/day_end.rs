//! What a day brings by itself, whatever anybody does: reminders, dues, charges for being late. A day-end closes a day and begins
//! the next; `day` is the one that begins.

use super::class::MARKS;
use super::fact::FactKind;
use super::{Loan, Passed, Position, fact};
use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, EventType};
use crate::id::FactId;
use crate::money::Paise;
use crate::product::{ChargeRule, ContingentKind};
use crate::refusal::Refusal;

/// Borrowers are reminded so many days before an instalment falls due.
const REMINDERS: [(i64, EventType); 3] =
    [(7, EventType::EmiDueIn7Days), (3, EventType::EmiDueIn3Days), (1, EventType::EmiDueInTomorrow)];

/// What the borrower hears of and what is to be asked of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    Remind {
        installment_num: u32,
        amount: Paise,
        due_day: Day,
    },
    /// The instalment falls due: its mandate is presented.
    Present {
        installment_num: u32,
        amount: Paise,
    },
    Overdue {
        installment_num: u32,
        amount: Paise,
        since: Day,
    },
    /// The first charge on an instalment; those that follow by the day are not told of one by one.
    FirstCharge {
        installment_num: u32,
        amount: Paise,
    },
}

pub struct DayEnd {
    pub change: Change<Loan>,
    pub doings: Vec<Doing>,
}

impl Loan {
    /// Does what `day` brings; nothing where it has been done. A reminder that comes after its day is left out.
    pub fn day_end(self, day: Day, mut id: impl FnMut() -> FactId, now: Instant) -> Result<Option<DayEnd>, Refusal> {
        if self.closed_day.is_some() || day <= self.done_day {
            return Ok(None);
        }
        let position = self.position(day);
        let (mut events, mut doings, mut facts) = (Vec::new(), Vec::new(), Vec::new());
        let event = |event_type, num| self.event(event_type, EntityType::System).with_installment(num);
        for one in position.installments.iter().filter(|one| !one.outstanding().is_zero()) {
            let (installment_num, amount, due_day) = (one.row.num, one.outstanding(), one.row.due_day);
            let ahead = due_day.days_since(day);
            for (_, event_type) in REMINDERS.iter().filter(|(days, _)| *days == ahead && now.day() < due_day) {
                events.push(event(*event_type, installment_num));
                doings.push(Doing::Remind { installment_num, amount, due_day });
            }
            match ahead {
                0 => doings.push(Doing::Present { installment_num, amount }),
                -1 => {
                    events.push(event(EventType::EmiOverdue, installment_num));
                    doings.push(Doing::Overdue { installment_num, amount, since: due_day });
                }
                _ => {}
            }
            let rule = self.rule(ContingentKind::LatePayment).filter(|_| ahead < 0);
            if let Some(charge) = rule
                && let Some(amount) = self.to_charge(charge, installment_num, day)?
            {
                events.push(self.told(installment_num, amount));
                if one.charge.is_zero() {
                    doings.push(Doing::FirstCharge { installment_num, amount });
                }
                let kind = FactKind::Charged {
                    installment_num,
                    charge: ContingentKind::LatePayment,
                    amount,
                    gst: Paise::ZERO,
                };
                facts.push(fact(id(), day, now, kind));
            }
        }
        let cause = facts.first().map_or_else(&mut id, |fact| fact.id);
        let passed = Passed { cause, value_day: day, done_day: day, by: EntityType::System };
        let change = self.pass(facts, day, passed)?.events(events);
        Ok(Some(DayEnd { change, doings }))
    }
}

/// The next day after `done` that brings something.
pub(super) fn next(loan: &Loan, position: &Position, done: Day) -> Option<Day> {
    if loan.closed_day.is_some() {
        return None;
    }
    let unpaid = || position.installments.iter().filter(|one| !one.outstanding().is_zero());
    let dues = unpaid().flat_map(|one| {
        let due = one.row.due_day;
        REMINDERS.iter().map(move |(days, _)| due.plus_days(-days)).chain([due, due.plus_days(1)])
    });
    // Interest of an instalment that is paid already is earned on its due day.
    let earned = position.installments.iter().map(|one| one.row.due_day);
    let oldest = unpaid().map(|one| one.row.due_day).next();
    let marks = oldest.into_iter().flat_map(|due| MARKS.iter().map(move |days| due.plus_days(days + 1)));
    let charging =
        unpaid().any(|one| one.row.due_day < done && may_be_charged(loan, one.row.num)).then(|| done.plus_days(1));
    dues.chain(earned).chain(marks).chain(charging).filter(|day| *day > done).min()
}

/// Whether another day may make another charge.
fn may_be_charged(loan: &Loan, num: u32) -> bool {
    let charged = loan.charged(num, ContingentKind::LatePayment);
    match loan.rule(ContingentKind::LatePayment).map(|charge| &charge.rule) {
        None => false,
        Some(ChargeRule::Once(_)) => charged.is_zero(),
        Some(ChargeRule::Daily(daily)) => charged < daily.max(),
    }
}
