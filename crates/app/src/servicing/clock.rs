//! The test clock: on a test server, one customer is moved through time, and everything that falls due on the way happens in
//! order, each on its day. Other customers are where they were.

use async_trait::async_trait;
use qist_domain::day::Day;
use qist_domain::id::{LoanId, SourcingEntityId, UserId};
use qist_domain::refusal::{Code, Refusal};

use super::bring::bring;
use crate::caller::Caller;
use crate::credit_lines::expire::expire_all;
use crate::error::{Error, Result};
use crate::ports::store::{Activity, Tx};
use crate::run::{App, Command, Moment, Query};

/// Nobody is moved further than this in one call.
const DAYS_MAX: i64 = 3_653;
/// Rounds in which answers of providers are waited for on one day.
const ROUNDS_MAX: usize = 50;

/// How far to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ahead {
    Days(i64),
    To(Day),
    /// Until the end of the first day on which the customer's newest loan has so many days past due.
    Dpd(i64),
    /// Until the loan is closed.
    Closed,
}

/// Where the customer has come to, and what happened on the way.
#[derive(Debug, Clone)]
pub struct Moved {
    pub now: qist_domain::day::Instant,
    pub dpd: Option<i64>,
    pub events: Vec<Activity>,
}

impl App {
    /// Moves one customer ahead, day by day where something happens.
    pub async fn advance_clock(&self, caller: Caller, customer_id: &str, ahead: Ahead) -> Result<Moved> {
        if !self.settings.development {
            return Err(Code::SandboxOnly.into());
        }
        let found = self.ask(caller, FindClock { customer_id: customer_id.to_owned() }).await?;
        let Clock { tenant, user, days, events, .. } = found;
        let today = self.clock.now().day().plus_days(days);
        let target = match ahead {
            Ahead::Days(by) => today.plus_days(by),
            Ahead::To(day) => day,
            Ahead::Dpd(_) | Ahead::Closed => today.plus_days(DAYS_MAX),
        };
        if target < today || (target == today && matches!(ahead, Ahead::Days(_))) {
            return Err(Code::ClockBackwards.into());
        }
        if target.days_since(today) > DAYS_MAX {
            return Err(Refusal::invalid("advanceTo", format!("must be at most {DAYS_MAX} days ahead")).into());
        }
        let mut day = today;
        self.live_through(tenant, user, day, 0).await?;
        while day < target && !self.reached(caller, customer_id, &ahead).await? {
            let next = self.ask(caller, FindClock { customer_id: customer_id.to_owned() }).await?.next_day;
            // Days past due grow by themselves; nothing else does.
            let stop = if matches!(ahead, Ahead::Dpd(_)) { Some(day.plus_days(1)) } else { None };
            let next = next.filter(|next| *next > day).into_iter().chain(stop).chain([target]).min().unwrap_or(target);
            self.live_through(tenant, user, next, next.days_since(day)).await?;
            day = next;
        }
        if matches!(ahead, Ahead::Dpd(_) | Ahead::Closed) && !self.reached(caller, customer_id, &ahead).await? {
            return Err(Refusal::invalid("until", "is never reached").into());
        }
        let now = self.ask(caller, FindClock { customer_id: customer_id.to_owned() }).await?;
        let events = now.events.into_iter().skip(events.len()).collect();
        Ok(Moved { now: self.clock.now().plus_seconds(now.days * 86_400), dpd: now.dpd, events })
    }

    async fn reached(&self, caller: Caller, customer_id: &str, ahead: &Ahead) -> Result<bool> {
        let found = self.ask(caller, FindClock { customer_id: customer_id.to_owned() }).await?;
        Ok(match ahead {
            Ahead::Days(_) | Ahead::To(_) => false,
            Ahead::Dpd(days) => found.dpd.is_some_and(|dpd| dpd >= *days),
            Ahead::Closed => found.closed,
        })
    }

    /// One day of one customer: the clock is set, the loans brought through it, and what that asks of providers is answered.
    async fn live_through(&self, tenant: SourcingEntityId, user: UserId, day: Day, by: i64) -> Result<()> {
        self.run(Caller::System, SetClock { tenant, user, by, today: day }).await?;
        for _ in 0..ROUNDS_MAX {
            if self.work().await? == 0 {
                return Ok(());
            }
        }
        Err(Error::Unavailable(format!("the providers' answers of {day} do not come to an end")))
    }
}

struct SetClock {
    tenant: SourcingEntityId,
    user: UserId,
    by: i64,
    today: Day,
}

#[async_trait]
impl Command for SetClock {
    type Out = ();
    const OPERATION: &'static str = "set_clock";

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<()> {
        let days = tx.clock_days(self.tenant, self.user).await? + self.by;
        tx.set_clock(self.tenant, self.user, days).await?;
        let at = at.ahead(days);
        expire_all(&at, tx, self.tenant, self.user).await?;
        for loan in tx.loans_of(self.tenant, self.user).await? {
            while bring(&at, tx, loan, self.today).await? {}
        }
        Ok(())
    }
}

struct FindClock {
    customer_id: String,
}

struct Clock {
    tenant: SourcingEntityId,
    user: UserId,
    days: i64,
    dpd: Option<i64>,
    closed: bool,
    next_day: Option<Day>,
    events: Vec<Activity>,
}

#[async_trait]
impl Query for FindClock {
    type Out = Clock;

    async fn run(&self, at: &Moment, tx: &mut dyn Tx) -> Result<Clock> {
        let tenant = match at.caller {
            Caller::Partner { tenant, .. } => tenant,
            _ => return Err(Error::Unauthenticated),
        };
        let user = tx.user_by_customer(tenant, &self.customer_id).await?.ok_or(Code::UserNotFound)?.id;
        let days = tx.clock_days(tenant, user).await?;
        let today = at.ahead(days).today();
        let ids: Vec<LoanId> = tx.loans_of(tenant, user).await?;
        let (mut dpd, mut next_day, mut closed) = (None, None::<Day>, false);
        for id in ids {
            let Some(loan) = tx.loan(id).await? else { continue };
            dpd = dpd.max(Some(loan.position(today).dpd(today)));
            closed = loan.closed_day.is_some();
            next_day = next_day.into_iter().chain(loan.next_day).min();
        }
        let events = tx.activity(user).await?;
        Ok(Clock { tenant, user, days, dpd, closed, next_day, events })
    }
}
