//! A hosted upload: a page that an integrator opens for somebody, once.

use crate::day::{Day, Instant};
use crate::id::SourcingEntityId;
use crate::refusal::Refusal;

/// How long a page that was opened can be used.
const LIVES_SECONDS: i64 = 12 * 3600;
/// Of the window where none is given.
const WINDOW_MONTHS: i64 = 6;

/// What an integrator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub link_id: String,
    /// Without it the page stands in a frame and tells the page around it.
    pub redirect_url: Option<String>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub bank: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub tenant: SourcingEntityId,
    pub link_id: String,
    pub redirect_url: Option<String>,
    pub from: Day,
    pub to: Day,
    pub bank: Option<String>,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub ended_at: Option<Instant>,
}

impl Session {
    /// The window ends yesterday at the latest, and begins before it ends.
    pub fn open(tenant: SourcingEntityId, new: NewSession, now: Instant) -> Result<Session, Refusal> {
        let yesterday = now.day().plus_days(-1);
        let to = new.to.unwrap_or(yesterday);
        let from = new.from.unwrap_or_else(|| to.in_month(-WINDOW_MONTHS, to.day_of_month()));
        if to > yesterday {
            return Err(Refusal::invalid("to_date", "to_date can be at most yesterday."));
        }
        if from >= to {
            return Err(Refusal::invalid("from_date", "from_date must be before to_date."));
        }
        Ok(Session {
            tenant,
            link_id: new.link_id,
            redirect_url: new.redirect_url,
            from,
            to,
            bank: new.bank,
            created_at: now,
            expires_at: now.plus_seconds(LIVES_SECONDS),
            ended_at: None,
        })
    }

    #[must_use]
    pub fn is_live(&self, now: Instant) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn open(from: Option<&str>, to: Option<&str>) -> Result<(String, String), String> {
        let day = |text: Option<&str>| text.map(|text| text.parse::<Day>().unwrap());
        let new = NewSession { link_id: "l".into(), redirect_url: None, from: day(from), to: day(to), bank: None };
        let now = Instant::parse_ist("2021-08-31 12:00:00").unwrap();
        let opened = Session::open(SourcingEntityId(Uuid::from_u128(1)), new, now);
        opened.map(|opened| (opened.from.to_string(), opened.to.to_string())).map_err(|refusal| refusal.field.unwrap())
    }

    #[test]
    fn the_window_is_six_months_until_yesterday_unless_given() {
        assert_eq!(open(None, None), Ok(("2021-02-28".into(), "2021-08-30".into())));
        assert_eq!(open(Some("2021-05-01"), None), Ok(("2021-05-01".into(), "2021-08-30".into())));
    }

    #[test]
    fn a_window_that_ends_today_or_before_it_begins_is_refused_by_its_field() {
        assert_eq!(open(None, Some("2021-08-31")), Err("to_date".into()));
        assert_eq!(open(Some("2021-06-01"), Some("2021-06-01")), Err("from_date".into()));
        assert_eq!(open(Some("2021-09-01"), None), Err("from_date".into()));
    }

    #[test]
    fn a_session_lives_for_half_a_day_and_ends_once() {
        let now = Instant::from_micros(1_600_000_000_000_000);
        let new = NewSession { link_id: "l".into(), redirect_url: None, from: None, to: None, bank: None };
        let session = Session::open(SourcingEntityId(Uuid::from_u128(1)), new, now).unwrap();
        assert!(session.is_live(now.plus_seconds(43_199)) && !session.is_live(now.plus_seconds(43_200)));
        assert!(!Session { ended_at: Some(now), ..session }.is_live(now));
    }
}
