//! When an attempt counts as a success, and when the next one is made.

/// How persistently an endpoint is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Ten attempts over 75 h 35 min, the schedule of the Standard Webhooks specification; then the lane holds, so that
    /// nothing overtakes what could not be told.
    Durable,
    /// The four attempts of the contract; then the lane goes on.
    Compat,
}

/// Waits after the first, second … failed attempt.
const DURABLE_SECONDS: &[i64] = &[5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
const COMPAT_SECONDS: &[i64] = &[15, 90, 540];
/// Whoever asks for more patience gets this much.
const DURABLE_RETRY_AFTER_SECONDS_MAX: i64 = 86_400;
const COMPAT_RETRY_AFTER_SECONDS_MAX: i64 = 540;
/// Added to a wait, never taken off: a retry does not come early.
const JITTER_PERMILLE_MAX: i64 = 200;

impl Profile {
    pub const ALL: &[Profile] = &[Profile::Durable, Profile::Compat];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Profile::Durable => "durable",
            Profile::Compat => "compat",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Profile> {
        Profile::ALL.iter().copied().find(|profile| profile.name() == name)
    }

    /// Waits in seconds between attempts; there is one attempt more than waits.
    #[must_use]
    pub fn waits_seconds(self) -> &'static [i64] {
        match self {
            Profile::Durable => DURABLE_SECONDS,
            Profile::Compat => COMPAT_SECONDS,
        }
    }

    fn retry_after_seconds_max(self) -> i64 {
        match self {
            Profile::Durable => DURABLE_RETRY_AFTER_SECONDS_MAX,
            Profile::Compat => COMPAT_RETRY_AFTER_SECONDS_MAX,
        }
    }

    /// What follows from an answer to the attempt `number` of a round, counted from 1. `dice` is any random number.
    #[must_use]
    pub fn verdict(self, number: u32, answer: Answer, dice: u32) -> Verdict {
        match answer {
            Answer::Status { status: 200..=299, .. } => return Verdict::Delivered,
            Answer::NotToBeCalled => return Verdict::GiveUp,
            _ => {}
        }
        let before = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some(wait) = self.waits_seconds().get(before) else {
            return if answer.is_gone() { Verdict::Disable { wait_micros: 0 } } else { Verdict::GiveUp };
        };
        let asked = answer.retry_after_seconds().unwrap_or(0).clamp(0, self.retry_after_seconds_max());
        let seconds = asked.max(*wait);
        let wait_micros = seconds * 1_000 * (1_000 + i64::from(dice) % (JITTER_PERMILLE_MAX + 1));
        if answer.is_gone() { Verdict::Disable { wait_micros } } else { Verdict::Retry { wait_micros } }
    }
}

/// What came back, as far as it decides anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Status {
        status: u16,
        retry_after_seconds: Option<i64>,
    },
    /// No complete answer, or none at all.
    Nothing,
    /// The address is one that we do not call.
    NotToBeCalled,
}

impl Answer {
    fn is_gone(self) -> bool {
        matches!(self, Answer::Status { status: 410, .. })
    }

    fn retry_after_seconds(self) -> Option<i64> {
        match self {
            Answer::Status { retry_after_seconds, .. } => retry_after_seconds,
            _ => None,
        }
    }
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    Retry {
        wait_micros: i64,
    },
    /// The receiver is gone for good (410): the endpoint is switched off, the delivery waits.
    Disable {
        wait_micros: i64,
    },
    GiveUp,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAILED: Answer = Answer::Status { status: 500, retry_after_seconds: None };

    #[test]
    fn durable_makes_ten_attempts_over_75_hours_and_35_minutes_and_compat_four() {
        for (profile, attempts, span_seconds) in [(Profile::Durable, 10, 272_105), (Profile::Compat, 4, 645)] {
            let mut span = 0;
            for number in 1..attempts {
                let Verdict::Retry { wait_micros } = profile.verdict(number, FAILED, 0) else { panic!("{number}") };
                span += wait_micros;
            }
            assert_eq!(profile.verdict(attempts, FAILED, 0), Verdict::GiveUp);
            assert_eq!(span, span_seconds * 1_000_000, "{profile:?}");
        }
    }

    #[test]
    fn any_2xx_is_success_and_a_redirect_is_not() {
        for status in [200, 201, 202, 204, 299] {
            let answer = Answer::Status { status, retry_after_seconds: None };
            assert_eq!(Profile::Compat.verdict(1, answer, 0), Verdict::Delivered);
        }
        for status in [100, 199, 300, 301, 304, 400, 404, 429, 500, 503] {
            let answer = Answer::Status { status, retry_after_seconds: None };
            assert!(matches!(Profile::Compat.verdict(1, answer, 0), Verdict::Retry { .. }), "{status}");
        }
    }

    #[test]
    fn gone_disables_at_any_attempt_and_a_forbidden_address_is_not_tried_again() {
        let gone = Answer::Status { status: 410, retry_after_seconds: None };
        for number in [1, 4, 10] {
            assert!(matches!(Profile::Durable.verdict(number, gone, 0), Verdict::Disable { .. }));
        }
        assert_eq!(Profile::Durable.verdict(1, Answer::NotToBeCalled, 0), Verdict::GiveUp);
    }

    #[test]
    fn retry_after_lengthens_a_wait_up_to_its_limit_and_never_shortens_it() {
        let wait = |profile: Profile, seconds| {
            let answer = Answer::Status { status: 429, retry_after_seconds: Some(seconds) };
            match profile.verdict(1, answer, 0) {
                Verdict::Retry { wait_micros } => wait_micros / 1_000_000,
                other => panic!("{other:?}"),
            }
        };
        for (profile, asked, waited) in [
            (Profile::Durable, 1, 5),
            (Profile::Durable, 60, 60),
            (Profile::Durable, i64::MAX, 86_400),
            (Profile::Compat, -7, 15),
            (Profile::Compat, 86_400, 540),
        ] {
            assert_eq!(wait(profile, asked), waited, "{profile:?} {asked}");
        }
    }

    proptest! {
        #[test]
        fn jitter_adds_at_most_a_fifth_and_takes_nothing_off(number in 1_u32..10, dice in any::<u32>()) {
            let micros = |dice| match Profile::Durable.verdict(number, FAILED, dice) {
                Verdict::Retry { wait_micros } => wait_micros,
                other => panic!("{other:?}"),
            };
            let (plain, jittered) = (micros(0), micros(dice));
            prop_assert!(plain <= jittered && jittered <= plain * 6 / 5);
        }
    }
}
