use qist_domain::id::{LenderId, UserId};
use qist_domain::webhook::{MessageId, NewEndpoint, Owner, Profile};
use uuid::Uuid;

use super::*;
use crate::ports::store::{End, Settled};

const NOW: Instant = Instant::from_micros(1_000_000_000_000);

fn id(number: u128) -> WebhookEndpointId {
    WebhookEndpointId(Uuid::from_u128(number))
}

fn endpoint(number: u128, rate_per_second: u32) -> Endpoint {
    let new = NewEndpoint {
        url: "https://a.example/".to_owned(),
        description: String::new(),
        profile: Profile::Durable,
        events: vec![],
        in_flight_max: 8,
        rate_per_second,
    };
    Endpoint::create(id(number), Owner::Lender(LenderId(Uuid::nil())), new, String::new(), NOW)
}

fn claim(endpoint: u128, lane: i64, attempts: u32) -> Claimed {
    Claimed {
        lane,
        token: lane,
        delivery: lane,
        endpoint: id(endpoint),
        message: MessageId { user: UserId(Uuid::nil()), seq: lane },
        body: String::new(),
        attempts,
        made: attempts,
        replay: false,
        lease_until: NOW.plus_seconds(150),
    }
}

/// A call that succeeded, or timed out.
fn arrival(claimed: &Claimed, end: End) -> Arrival {
    let settled = Settled { claimed: claimed.clone(), end, attempt: None };
    Arrival { settled, timed_out: end != End::Delivered, gone: false }
}

fn filled(endpoints: &[(u128, u32, i64)]) -> Dispatch {
    let mut dispatch = Dispatch::default();
    for (number, rate, waiting) in endpoints {
        dispatch.learn(endpoint(*number, *rate));
        for lane in 0..*waiting {
            dispatch.put(claim(*number, lane, 0));
        }
    }
    dispatch
}

fn sent(dispatch: &mut Dispatch, now: Instant) -> Vec<Claimed> {
    let mut sent = Vec::new();
    while let Next::Send(departure) = dispatch.next(now) {
        sent.push(departure.claimed);
    }
    sent
}

#[test]
fn endpoints_take_turns_and_none_has_more_calls_than_it_may() {
    let mut dispatch = filled(&[(1, 1000, 16), (2, 1000, 3)]);
    let order: Vec<_> = sent(&mut dispatch, NOW).iter().map(|claimed| claimed.endpoint).collect();
    assert_eq!(&order[..6], &[id(1), id(2), id(1), id(2), id(1), id(2)]);
    assert_eq!(order.iter().filter(|endpoint| **endpoint == id(1)).count(), 8);
    assert_eq!(dispatch.in_flight(), 11);
}

#[test]
fn a_rate_lets_a_second_of_calls_through_at_once_and_then_spaces_them() {
    let mut dispatch = filled(&[(1, 4, 16)]);
    let first = sent(&mut dispatch, NOW);
    assert_eq!(first.len(), 5, "a second's calls, and the one that is due now");
    for claimed in &first {
        dispatch.ended(&arrival(claimed, End::Delivered));
    }
    let Next::WaitUntil(Some(at)) = dispatch.next(NOW) else { panic!("it waits") };
    assert_eq!(at.micros() - NOW.micros(), 250_000);
    assert_eq!(sent(&mut dispatch, at).len(), 1);
}

#[test]
fn five_timeouts_in_a_row_leave_one_call_at_a_time_until_one_succeeds() {
    let mut dispatch = filled(&[(1, 1000, 30)]);
    let first = sent(&mut dispatch, NOW);
    for claimed in &first {
        dispatch.ended(&arrival(claimed, End::Held));
    }
    let probe = sent(&mut dispatch, NOW);
    assert_eq!(probe.len(), 1);
    dispatch.ended(&arrival(&probe[0], End::Delivered));
    assert_eq!(sent(&mut dispatch, NOW).len(), 8);
}

#[test]
fn a_claim_whose_lease_would_end_before_the_call_is_given_back() {
    let mut dispatch = filled(&[(1, 1000, 1)]);
    assert!(matches!(dispatch.next(NOW.plus_seconds(61)), Next::GiveBack(_)));
    assert!(matches!(dispatch.next(NOW.plus_seconds(61)), Next::WaitUntil(None)));
}

#[test]
fn retries_leave_a_quarter_of_the_slots_to_first_attempts() {
    let mut dispatch = Dispatch::default();
    for number in 0..128 {
        dispatch.learn(endpoint(number, 1000));
        for lane in 0..8 {
            dispatch.put(claim(number, lane, 1));
        }
    }
    assert_eq!(sent(&mut dispatch, NOW).len(), RETRIES_MAX);
    dispatch.learn(endpoint(500, 1000));
    dispatch.put(claim(500, 1, 0));
    assert_eq!(sent(&mut dispatch, NOW).len(), 1);
}

#[test]
fn what_is_claimed_stays_within_twice_the_calls_and_is_not_topped_up_one_by_one() {
    let mut dispatch = filled(&[(1, 1000, 0)]);
    assert_eq!(dispatch.room(id(1)), 16);
    for lane in 0..13 {
        dispatch.put(claim(1, lane, 0));
    }
    assert_eq!(dispatch.room(id(1)), 0, "three free places are not worth a statement");
    assert_eq!(dispatch.room(id(2)), 0, "an endpoint that is not known");
    assert_eq!(dispatch.drain(Some(id(1))).len(), 13);
    assert_eq!(dispatch.room(id(1)), 16);
}
