//! A drawdown: reserved when the borrower takes it, confirmed by the sourcing entity, paid out by the lender, and from then on a
//! loan of its own.

use crate::change::Change;
use crate::credit_line::status::{TransactionAction, TransactionStatus};
use crate::day::{Day, Instant};
use crate::event::{EntityType, Event, EventType};
use crate::id::{ApplicationId, BlobId, CreditLineId, LenderId, OfferId, SourcingEntityId, TransactionId, UserId};
use crate::loan::Loan;
use crate::money::Paise;
use crate::refusal::{Code, Refusal};

#[derive(Debug, Clone)]
pub struct Transaction {
    pub id: TransactionId,
    pub line: CreditLineId,
    /// The line's agreement.
    pub application: ApplicationId,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub lender: LenderId,
    /// The sourcing entity's own id; parts of one drawdown share it.
    pub partner_txn_id: String,
    pub amount: Paise,
    /// The code of the line's plan.
    pub plan: String,
    /// The offer whose Key Facts Statement tells its figures.
    pub offer: OfferId,
    pub status: TransactionStatus,
    /// Principal that is owed.
    pub outstanding: Paise,
    /// What the sourcing entity said when it confirmed.
    pub delivery: Delivery,
    /// The drawdown that this is a part of.
    pub part_of: Option<TransactionId>,
    /// The drawdown that this has gone into.
    pub merged_into: Option<TransactionId>,
    /// Until then it waits for the sourcing entity.
    pub reserved_until: Instant,
    /// Why it was cancelled.
    pub end_reason: Option<String>,
    pub created_at: Instant,
    pub version: i64,
}

/// Proof that what was bought has been handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    pub invoice_no: String,
    /// The carrier's air waybill number.
    pub awb: String,
    pub proofs: Vec<BlobId>,
}

/// What makes a drawdown.
#[derive(Debug, Clone)]
pub struct NewTransaction {
    pub id: TransactionId,
    pub line: CreditLineId,
    pub application: ApplicationId,
    pub tenant: SourcingEntityId,
    pub user: UserId,
    pub lender: LenderId,
    pub partner_txn_id: String,
    pub amount: Paise,
    pub plan: String,
    pub offer: OfferId,
    pub part_of: Option<TransactionId>,
    pub reserved_until: Instant,
}

impl Transaction {
    fn new(new: NewTransaction, now: Instant) -> Transaction {
        let NewTransaction { id, line, application, tenant, user, lender, partner_txn_id, amount, plan, offer, .. } =
            new;
        Transaction {
            id,
            line,
            application,
            tenant,
            user,
            lender,
            partner_txn_id,
            amount,
            plan,
            offer,
            status: TransactionStatus::Processing,
            outstanding: Paise::ZERO,
            delivery: Delivery::default(),
            part_of: new.part_of,
            merged_into: None,
            reserved_until: new.reserved_until,
            end_reason: None,
            created_at: now,
            version: 0,
        }
    }

    /// The borrower has drawn; the line has reserved the amount.
    pub fn withdraw(new: NewTransaction, now: Instant) -> Change<Transaction> {
        let transaction = Transaction::new(new, now);
        let event = Event::new(EventType::CreditLineWithdrew, EntityType::Customer);
        let event = event.of_line(transaction.application).with_withdrawal(
            transaction.amount,
            Some(transaction.id),
            &transaction.partner_txn_id,
        );
        Change::created(transaction).event(event)
    }

    /// A part of a drawdown, or what several have become: nothing is drawn anew.
    pub fn in_place_of_others(new: NewTransaction, delivery: Delivery, now: Instant) -> Change<Transaction> {
        Change::created(Transaction { delivery, ..Transaction::new(new, now) })
    }

    fn moved(mut self, action: TransactionAction) -> Result<Change<Transaction>, Refusal> {
        let why = || {
            let why = format!("a transaction in {} does not allow this", self.status.name());
            Refusal::because(Code::TransactionIllegalMove, why)
        };
        self.status = self.status.after(action).ok_or_else(why)?;
        let was = self.version;
        self.version += 1;
        Ok(Change::updated(self, was))
    }

    fn told(&self, event: EventType, by: EntityType) -> Event {
        Event::new(event, by).of_line(self.application).with_transaction(self.id)
    }

    /// What was bought is with the borrower. Not once the reservation has run out, whether or not anybody has noticed.
    pub fn confirm(mut self, delivery: Delivery, now: Instant) -> Result<Change<Transaction>, Refusal> {
        if self.status == TransactionStatus::Processing && now >= self.reserved_until {
            return Err(Code::ReservationExpired.into());
        }
        self.delivery = delivery;
        let event = self.told(EventType::CreditLineTxnConfirmed, EntityType::SourcingEntity);
        Ok(self.moved(TransactionAction::Confirm)?.event(event))
    }

    /// The line gives the reservation back in the same transaction.
    pub fn cancel(mut self, reason: String) -> Result<Change<Transaction>, Refusal> {
        self.end_reason = Some(reason);
        let event = self.told(EventType::CreditLineTxnCancelled, EntityType::SourcingEntity);
        Ok(self.moved(TransactionAction::Cancel)?.event(event))
    }

    /// Nobody confirmed in time. `None` where that is not so, or not any more.
    pub fn expire(mut self, now: Instant) -> Result<Option<Change<Transaction>>, Refusal> {
        if self.status != TransactionStatus::Processing || now < self.reserved_until {
            return Ok(None);
        }
        self.end_reason = Some("it was not confirmed in time".to_owned());
        let event = self.told(EventType::CreditLineTxnCancelled, EntityType::System);
        Ok(Some(self.moved(TransactionAction::Expire)?.event(event)))
    }

    /// Parts take its place.
    pub fn split(self, parts: usize, now: Instant) -> Result<Change<Transaction>, Refusal> {
        if self.status == TransactionStatus::Processing && now >= self.reserved_until {
            return Err(Code::ReservationExpired.into());
        }
        let event = Event::new(EventType::CreditLineTxnSplitted, EntityType::SourcingEntity);
        let event =
            event.of_line(self.application).with_text(format!("{{\"txnID\":\"{}\",\"splitCount\":{parts}}}", self.id));
        Ok(self.moved(TransactionAction::Split)?.event(event))
    }

    /// It goes into another.
    pub fn merge(mut self, into: TransactionId, now: Instant) -> Result<Change<Transaction>, Refusal> {
        if self.status == TransactionStatus::Processing && now >= self.reserved_until {
            return Err(Code::ReservationExpired.into());
        }
        self.merged_into = Some(into);
        self.moved(TransactionAction::Merge)
    }

    /// The lender has paid out: its loan begins.
    pub fn disburse(mut self) -> Result<Change<Transaction>, Refusal> {
        self.outstanding = self.amount;
        self.moved(TransactionAction::Disburse)
    }

    /// Follows its loan, as it stands on `today`. `None` where nothing is new.
    pub fn follow(mut self, loan: &Loan, today: Day) -> Result<Option<Change<Transaction>>, Refusal> {
        let position = loan.position(loan.booked_day);
        let outstanding = match position.written_off {
            Some(then) => then.principal,
            None => position.principal_outstanding().max(Paise::ZERO),
        };
        let late = position.oldest_overdue(today.plus_days(-1)).is_some();
        use TransactionStatus as S;
        let action = match (loan.closed_day.is_some(), late) {
            (true, _) if self.status != S::Paid => TransactionAction::PayOff,
            (false, true) if self.status != S::Overdue => TransactionAction::FallOverdue,
            (false, false) if self.status == S::Overdue => TransactionAction::CatchUp,
            _ if outstanding != self.outstanding => {
                self.outstanding = outstanding;
                let was = self.version;
                return Ok(Some(Change::updated(Transaction { version: was + 1, ..self }, was)));
            }
            _ => return Ok(None),
        };
        self.outstanding = outstanding;
        let paid =
            (action == TransactionAction::PayOff).then(|| self.told(EventType::CreditLineTxnPaid, EntityType::System));
        Ok(Some(self.moved(action)?.events(paid)))
    }
}
