//! How net banking stands, bank by bank: what operators report, and how attempts to fetch statements ended.
//!
//! It does not flap: a bank goes down below one rate of success and comes up above a higher one, and a handful of attempts
//! proves nothing.

use crate::day::Instant;

/// Attempts of this long count.
pub const WINDOW_SECONDS: i64 = 3600;
/// Fewer attempts than these prove nothing.
const ATTEMPTS_MIN: u32 = 10;
/// Goes down below this percentage of successes.
const DOWN_BELOW: u32 = 50;
/// Comes up again from this percentage on.
const UP_FROM: u32 = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    Up,
    /// An operator says that it does not work.
    Incident,
    /// Too many attempts fail.
    Failing,
}

impl Condition {
    pub const ALL: &[Condition] = &[Condition::Up, Condition::Incident, Condition::Failing];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Condition::Up => "up",
            Condition::Incident => "incident",
            Condition::Failing => "failing",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Condition> {
        Self::ALL.iter().copied().find(|condition| condition.name() == name)
    }
}

/// How the attempts of the window ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempts {
    pub succeeded: u32,
    pub failed: u32,
}

impl Attempts {
    fn total(self) -> u32 {
        self.succeeded.saturating_add(self.failed)
    }

    /// Whether at least `percent` of them succeeded, in whole numbers.
    fn reach(self, percent: u32) -> bool {
        u64::from(self.succeeded) * 100 >= u64::from(self.total()) * u64::from(percent)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    pub bank: String,
    pub condition: Condition,
    /// What is wrong; absent while nothing is.
    pub issue: Option<String>,
    pub checked_at: Instant,
    pub changed_at: Instant,
}

impl Health {
    /// A bank that is watched from now on.
    #[must_use]
    pub fn new(bank: &str, now: Instant) -> Health {
        Health { bank: bank.to_owned(), condition: Condition::Up, issue: None, checked_at: now, changed_at: now }
    }

    #[must_use]
    pub fn is_up(&self) -> bool {
        self.condition == Condition::Up
    }

    /// How it stands by what is known now.
    #[must_use]
    pub fn after(&self, incident: Option<&str>, attempts: Attempts, now: Instant) -> Health {
        let condition = match incident {
            Some(_) => Condition::Incident,
            None => judged(self.condition, attempts),
        };
        let issue = match condition {
            Condition::Up => None,
            Condition::Incident => incident.map(str::to_owned),
            // The figures move with each attempt; what they said when it went down stays.
            Condition::Failing if self.condition == Condition::Failing => self.issue.clone(),
            Condition::Failing => Some(format!(
                "{} of the last {} attempts to fetch a statement failed",
                attempts.failed,
                attempts.total()
            )),
        };
        let changed = condition != self.condition || issue != self.issue;
        let changed_at = if changed { now } else { self.changed_at };
        Health { bank: self.bank.clone(), condition, issue, checked_at: now, changed_at }
    }

    /// Whether this says something else than it said before.
    #[must_use]
    pub fn differs_from(&self, before: &Health) -> bool {
        self.condition != before.condition || self.issue != before.issue
    }
}

/// Without an incident: an incident that has ended leaves no mark.
fn judged(was: Condition, attempts: Attempts) -> Condition {
    let proves = attempts.total() >= ATTEMPTS_MIN;
    match was {
        Condition::Up | Condition::Incident if proves && !attempts.reach(DOWN_BELOW) => Condition::Failing,
        Condition::Up | Condition::Incident => Condition::Up,
        Condition::Failing if proves && attempts.reach(UP_FROM) => Condition::Up,
        // Nothing has failed for the length of the window.
        Condition::Failing if attempts.failed == 0 => Condition::Up,
        Condition::Failing => Condition::Failing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_600_000_000_000_000);

    fn attempts(succeeded: u32, failed: u32) -> Attempts {
        Attempts { succeeded, failed }
    }

    #[test]
    fn an_incident_is_told_in_its_own_words_and_ends_with_it() {
        let up = Health::new("hdfc", NOW);
        let down = up.after(Some("captcha"), attempts(100, 0), NOW.plus_seconds(60));
        assert_eq!((down.is_up(), down.issue.as_deref()), (false, Some("captcha")));
        assert_eq!(down.changed_at, NOW.plus_seconds(60));
        let other = down.after(Some("captcha and OTP"), attempts(0, 0), NOW.plus_seconds(90));
        assert!(other.differs_from(&down));
        let again = down.after(None, attempts(1, 4), NOW.plus_seconds(120));
        assert_eq!((again.is_up(), again.issue), (true, None));
    }

    #[test]
    fn a_rate_between_the_two_thresholds_changes_nothing() {
        for was in [Condition::Up, Condition::Failing] {
            for succeeded in 50..80 {
                assert_eq!(judged(was, attempts(succeeded, 100 - succeeded)), was, "{succeeded}");
            }
        }
        assert_eq!(judged(Condition::Up, attempts(49, 51)), Condition::Failing);
        assert_eq!(judged(Condition::Failing, attempts(80, 20)), Condition::Up);
    }

    #[test]
    fn a_handful_of_attempts_proves_nothing() {
        assert_eq!(judged(Condition::Up, attempts(0, 9)), Condition::Up);
        assert_eq!(judged(Condition::Up, attempts(0, 10)), Condition::Failing);
        assert_eq!(judged(Condition::Failing, attempts(8, 1)), Condition::Failing);
    }

    #[test]
    fn a_bank_that_nothing_fails_at_any_more_comes_up() {
        assert_eq!(judged(Condition::Failing, attempts(0, 0)), Condition::Up);
        assert_eq!(judged(Condition::Failing, attempts(3, 0)), Condition::Up);
    }

    #[test]
    fn what_was_said_when_it_went_down_stays_while_it_is_down() {
        let down = Health::new("sbi", NOW).after(None, attempts(2, 18), NOW);
        assert_eq!(down.issue.as_deref(), Some("18 of the last 20 attempts to fetch a statement failed"));
        let later = down.after(None, attempts(3, 20), NOW.plus_seconds(60));
        assert!(!later.differs_from(&down));
        assert_eq!((later.checked_at, later.changed_at), (NOW.plus_seconds(60), NOW));
    }

    #[test]
    fn every_condition_reads_back_from_its_name() {
        for condition in Condition::ALL {
            assert_eq!(Condition::from_name(condition.name()), Some(*condition));
        }
    }
}
