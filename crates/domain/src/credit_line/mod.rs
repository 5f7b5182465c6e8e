//! A credit line: how much a borrower may draw, and how much is left. Each drawdown is a loan of its own; the line keeps the
//! limit.
//!
//! | file | what is in it |
//! |---|---|
//! | `terms.rs` | what the line promises: validity, plans |
//! | `status.rs` | every move of a drawdown |
//! | `transaction.rs` | a drawdown |
//! | `split.rs` | parts of a drawdown |

mod split;
mod status;
mod terms;
mod transaction;

use serde::{Deserialize, Serialize};

pub use split::{Part, split};
pub use status::{TransactionAction, TransactionStatus};
pub use terms::{Drawdown, LineTerms, Plan};
pub use transaction::{Delivery, NewTransaction, Transaction};

use crate::change::Change;
use crate::day::{Day, Instant};
use crate::event::{EntityType, Event, EventType};
use crate::id::{ApplicationId, CreditLineId, LenderId, LimitRequestId, SourcingEntityId, UserId};
use crate::money::Paise;
use crate::refusal::{Code, Refusal};

/// In every state that is saved `drawn + reserved <= limit_max`, and none of them is negative.
#[derive(Debug, Clone)]
pub struct CreditLine {
    pub id: CreditLineId,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub lender: LenderId,
    /// The agreement that it stands on.
    pub application: ApplicationId,
    pub terms: LineTerms,
    pub limit_max: Paise,
    /// Principal that is owed on drawdowns.
    pub drawn: Paise,
    /// Drawdowns that have not been paid out.
    pub reserved: Paise,
    /// Principal that is owed beyond the limit, because a payment did not stand after its limit was drawn again.
    pub over_limit: Paise,
    /// The last day on which it can be drawn on.
    pub valid_until: Day,
    /// The last day for which KYC holds.
    pub kyc_until: Option<Day>,
    /// The lender's reason for holding it.
    pub held: Option<String>,
    /// Drawdowns that are overdue.
    pub overdue: u32,
    /// How many offers have been made on it.
    pub offers: u32,
    pub created_at: Instant,
    pub version: i64,
}

/// Why a line cannot be drawn on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inactive {
    Lender(String),
    Overdue,
    OverLimit,
    Expired,
    KycLapsed,
}

impl Inactive {
    /// As the sourcing entity reads it; what the lender gives as its reason is in its words.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Inactive::Lender(reason) => reason,
            Inactive::Overdue => "overdue",
            Inactive::OverLimit => "over limit",
            Inactive::Expired => "expired",
            Inactive::KycLapsed => "KYC lapsed",
        }
    }
}

/// What opens a line.
#[derive(Debug, Clone)]
pub struct NewCreditLine {
    pub id: CreditLineId,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub lender: LenderId,
    pub application: ApplicationId,
    pub terms: LineTerms,
    pub limit_max: Paise,
}

/// What moves the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitAsked {
    /// The borrower asked for this much, in a request that is recorded (RBI/2025-26/36, paragraph 7(ii)).
    ByBorrower {
        request: LimitRequestId,
        limit: Paise,
    },
    ByNobody,
}

impl CreditLine {
    /// The agreement is signed.
    pub fn open(new: NewCreditLine, now: Instant) -> Change<CreditLine> {
        let NewCreditLine { id, tenant, user, lender, application, terms, limit_max } = new;
        let today = now.day();
        let line = CreditLine {
            id,
            tenant,
            user,
            lender,
            application,
            limit_max,
            drawn: Paise::ZERO,
            reserved: Paise::ZERO,
            over_limit: Paise::ZERO,
            valid_until: today.plus_months(terms.validity_months),
            kyc_until: terms.kyc_days.map(|days| today.plus_days(i64::from(days))),
            terms,
            held: None,
            overdue: 0,
            offers: 0,
            created_at: now,
            version: 0,
        };
        let event = Event::new(EventType::CreditLineCreated, EntityType::System)
            .of_line(application)
            .with_limit("limit", limit_max);
        Change::created(line).event(event)
    }

    #[must_use]
    pub fn available(&self) -> Paise {
        let used: Paise = [self.drawn, self.reserved].into_iter().sum();
        self.limit_max.minus(used).unwrap_or_default().max(Paise::ZERO)
    }

    /// Why it cannot be drawn on; nothing where it can.
    #[must_use]
    pub fn inactive(&self, today: Day) -> Option<Inactive> {
        if let Some(reason) = &self.held {
            return Some(Inactive::Lender(reason.clone()));
        }
        [
            (self.overdue > 0, Inactive::Overdue),
            (self.over_limit.is_positive(), Inactive::OverLimit),
            (today > self.valid_until, Inactive::Expired),
            (self.kyc_until.is_some_and(|until| today > until), Inactive::KycLapsed),
        ]
        .into_iter()
        .find_map(|(holds, why)| holds.then_some(why))
    }

    /// Refuses a drawdown that the line does not allow, at a glance and again when it is made.
    pub fn refuse(&self, amount: Paise, today: Day) -> Result<(), Refusal> {
        if let Some(why) = self.inactive(today) {
            return Err(Refusal::because(
                Code::CreditLineInactive,
                format!("the credit line is inactive: {}", why.reason()),
            ));
        }
        if !amount.is_positive() {
            return Err(Refusal::invalid("amount", "must be more than zero"));
        }
        if amount > self.available() {
            let why = format!("{amount} is above the available limit of {}", self.available());
            return Err(Refusal::because(Code::LimitExceeded, why));
        }
        Ok(())
    }

    /// A drawdown did not come about: the OTP was wrong too often.
    pub fn withdrawal_failed(self, amount: Paise, partner_txn_id: &str) -> Change<CreditLine> {
        let event = Event::new(EventType::CreditLineWithdrewFailed, EntityType::Customer);
        let event = event.of_line(self.application).with_withdrawal(amount, None, partner_txn_id);
        let available = self.available();
        self.changed(available).event(event)
    }

    /// The numbers of the next offers among those of the line: the first of `count`.
    pub fn take_offer_numbers(mut self, count: u32) -> (u32, Change<CreditLine>) {
        let first = self.offers.saturating_add(1);
        self.offers = self.offers.saturating_add(count);
        let available = self.available();
        (first, self.changed(available))
    }

    pub fn reserve(mut self, amount: Paise, today: Day) -> Result<Change<CreditLine>, Refusal> {
        self.refuse(amount, today)?;
        let before = self.available();
        self.reserved = self.reserved.plus(amount).map_err(too_large)?;
        Ok(self.changed(before))
    }

    /// A drawdown ends before any money went out.
    pub fn release(mut self, amount: Paise) -> Result<Change<CreditLine>, Refusal> {
        let before = self.available();
        self.reserved = self.reserved.minus(amount).map_err(too_large)?;
        self.whole()?;
        Ok(self.changed(before))
    }

    /// The money of a reserved drawdown went out.
    pub fn draw(mut self, amount: Paise) -> Result<Change<CreditLine>, Refusal> {
        let before = self.available();
        self.reserved = self.reserved.minus(amount).map_err(too_large)?;
        self.drawn = self.drawn.plus(amount).map_err(too_large)?;
        self.whole()?;
        Ok(self.changed(before))
    }

    /// A drawdown's loan has moved: what is owed on it, and whether it is overdue.
    pub fn follow(mut self, before: &Transaction, after: &Transaction) -> Result<Option<Change<CreditLine>>, Refusal> {
        let was_available = self.available();
        let owed = Paise::total([self.drawn, self.over_limit, after.outstanding, before.outstanding.negated()]);
        let room = self.limit_max.minus(self.reserved).map_err(too_large)?;
        let owed = owed.map_err(too_large)?;
        let drawn = owed.min(room);
        let over_limit = owed.minus(drawn).map_err(too_large)?;
        let late = |one: &Transaction| u32::from(one.status == TransactionStatus::Overdue);
        let overdue = (self.overdue + late(after)).saturating_sub(late(before));
        if (drawn, over_limit, overdue) == (self.drawn, self.over_limit, self.overdue) {
            return Ok(None);
        }
        (self.drawn, self.over_limit, self.overdue) = (drawn, over_limit, overdue);
        self.whole()?;
        Ok(Some(self.changed(was_available)))
    }

    /// The lender gives more or less. More needs the borrower's own request for it; less must leave what is used.
    pub fn set_limit(mut self, limit: Paise, asked: LimitAsked) -> Result<Change<CreditLine>, Refusal> {
        if limit > self.limit_max {
            match asked {
                LimitAsked::ByBorrower { limit: asked, .. } if limit <= asked => {}
                LimitAsked::ByBorrower { limit: asked, .. } => {
                    let why = format!("the borrower asked for {asked}");
                    return Err(Refusal::because(Code::LimitNotAskedFor, why));
                }
                LimitAsked::ByNobody => return Err(Code::LimitNotAskedFor.into()),
            }
        }
        let used = Paise::total([self.drawn, self.reserved]).map_err(too_large)?;
        if limit < used || !limit.is_positive() {
            let why = format!("{used} of the line are used: the limit cannot be less; hold the line to stop drawing");
            return Err(Refusal::because(Code::LimitBelowUsed, why));
        }
        let before = self.available();
        self.limit_max = limit;
        let moved = self.over_limit.min(limit.minus(used).map_err(too_large)?);
        self.drawn = self.drawn.plus(moved).map_err(too_large)?;
        self.over_limit = self.over_limit.minus(moved).map_err(too_large)?;
        Ok(self.changed(before))
    }

    /// The lender stops drawing for a reason, or lets it go on.
    pub fn hold(mut self, reason: Option<String>) -> Result<Change<CreditLine>, Refusal> {
        if reason == self.held {
            return Err(Refusal::because(Code::CreditLineIllegalMove, "the line is so already"));
        }
        self.held = reason;
        let available = self.available();
        Ok(self.changed(available))
    }

    /// KYC was renewed.
    pub fn renew_kyc(mut self, until: Day, today: Day) -> Result<Change<CreditLine>, Refusal> {
        if until <= today || self.kyc_until.is_none_or(|now| until <= now) {
            return Err(Refusal::invalid("kycUntil", "must be later than today and than the day so far"));
        }
        self.kyc_until = Some(until);
        let available = self.available();
        Ok(self.changed(available))
    }

    fn whole(&self) -> Result<(), Refusal> {
        let used = Paise::total([self.drawn, self.reserved]).map_err(too_large)?;
        let holds = self.drawn >= Paise::ZERO && self.reserved >= Paise::ZERO && used <= self.limit_max;
        if holds { Ok(()) } else { Err(Code::LimitExceeded.into()) }
    }

    /// Says so where the available limit is another than `before`.
    fn changed(mut self, before: Paise) -> Change<CreditLine> {
        let was = self.version;
        self.version += 1;
        let available = self.available();
        let event = (available != before).then(|| {
            Event::new(EventType::CreditLineLimitUpdated, EntityType::System)
                .of_line(self.application)
                .with_limit("availableLimit", available)
        });
        Change::updated(self, was).events(event)
    }
}

fn too_large(why: crate::money::MoneyError) -> Refusal {
    Refusal::invalid("amount", why)
}

#[cfg(test)]
mod tests;
