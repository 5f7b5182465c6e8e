//! The machine's clock, and identifiers made from the time that is given.

use std::sync::{Mutex, PoisonError};

use qist_app::ports::clock::{Clock, Ids};
use qist_domain::day::Instant;
use uuid::Uuid;

use crate::random;

/// Starts of the counter leave the upper half of its range free, so that it does not run over soon.
const COUNTER_START_BELOW: u32 = 1 << 23;
const COUNTER_END: u32 = 1 << 24;

/// The time of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port: nobody else asks the system for the time")]
    fn now(&self) -> Instant {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        // A machine whose clock stands before 1970 gets 1970: every certificate fails there anyhow.
        Instant::from_micros(since_epoch.map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)))
    }
}

/// UUIDs of version 7: the time to the microsecond, then a counter, then randomness.
///
/// Identifiers asked for one after the other under the same microsecond ascend. Under different times they sort as the
/// times do, so that the future of a customer with a test clock does not push everybody else's identifiers ahead.
#[derive(Debug, Default)]
pub struct SystemIds {
    last: Mutex<Counter>,
}

#[derive(Debug, Default)]
struct Counter {
    micros: i64,
    count: u32,
}

impl Ids for SystemIds {
    fn uuid(&self, now: Instant) -> Uuid {
        let random = random::bytes_or_abort::<8>();
        let micros = now.micros().max(0);
        let count = self.count(micros, u32::from_le_bytes([random[0], random[1], random[2], 0]));
        encode(micros.unsigned_abs(), count, [random[3], random[4], random[5], random[6], random[7]])
    }

    fn random_uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(random::bytes_or_abort::<16>()).into_uuid()
    }
}

impl SystemIds {
    /// The next count under `micros`. A new microsecond starts at a random one, so that two servers that number the
    /// same microsecond are unlikely to give the same count.
    fn count(&self, micros: i64, random: u32) -> u32 {
        // The counter is whole at every moment, so what a panicking thread left behind can be used.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let follows = last.micros == micros && last.count + 1 < COUNTER_END;
        let count = if follows { last.count + 1 } else { random % COUNTER_START_BELOW };
        *last = Counter { micros, count };
        count
    }
}

/// 48 bits of milliseconds, 12 bits of the rest of the time, 24 bits of counter, 38 bits of randomness.
fn encode(micros: u64, count: u32, random: [u8; 5]) -> Uuid {
    let within_milli = micros % 1000 * 4096 / 1000;
    let [.., high, low] = within_milli.to_be_bytes();
    let random = u64::from_be_bytes([0, 0, 0, random[0], random[1], random[2], random[3], random[4]]);
    // The two highest bits of what follows belong to the variant, so the counter ends below them.
    let tail = (u64::from(count) << 38) | (random & ((1 << 38) - 1));
    let [a, b, c, d, e, f, g, h] = tail.to_be_bytes();
    uuid::Builder::from_unix_timestamp_millis(micros / 1000, &[high, low, a, b, c, d, e, f, g, h]).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_micros(1_700_000_000_123_456);

    #[test]
    fn the_clock_gives_a_time_of_this_century() {
        let now = SystemClock.now();
        assert!(now > NOW && now < Instant::from_micros(4_102_444_800_000_000), "{}", now.rfc3339());
    }

    #[test]
    fn identifiers_are_version_7_and_carry_their_time() {
        let id = SystemIds::default().uuid(NOW);
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
        let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
        assert_eq!((seconds, nanos / 1_000_000), (1_700_000_000, 123));
    }

    #[test]
    fn random_identifiers_are_version_4_and_differ() {
        let (one, other) = (SystemIds::default().random_uuid(), SystemIds::default().random_uuid());
        assert_eq!((one.get_version_num(), one.get_variant()), (4, uuid::Variant::RFC4122));
        assert_ne!(one, other);
    }

    #[test]
    fn identifiers_ascend_under_one_microsecond() {
        let ids = SystemIds::default();
        let made: Vec<_> = (0..20_000).map(|_| ids.uuid(NOW)).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn identifiers_sort_as_their_microseconds_do() {
        let ids = SystemIds::default();
        let made: Vec<_> = (0..3_000).map(|micro| ids.uuid(Instant::from_micros(NOW.micros() + micro))).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_time_ahead_does_not_push_later_identifiers_ahead() {
        let ids = SystemIds::default();
        let ahead = ids.uuid(NOW.plus_seconds(86_400));
        assert!(ids.uuid(NOW) < ahead);
    }

    #[test]
    fn two_servers_give_different_identifiers_for_the_same_microsecond() {
        let (one, other) = (SystemIds::default(), SystemIds::default());
        let mut made: Vec<_> = (0..5_000).flat_map(|_| [one.uuid(NOW), other.uuid(NOW)]).collect();
        made.sort();
        made.dedup();
        assert_eq!(made.len(), 10_000);
    }

    #[test]
    fn the_counter_starts_again_before_it_runs_over() {
        let ids = SystemIds { last: Mutex::new(Counter { micros: 5, count: COUNTER_END - 2 }) };
        assert_eq!(ids.count(5, 9), COUNTER_END - 1);
        assert_eq!(ids.count(5, 9), 9);
    }

    #[test]
    fn all_bits_of_the_counter_are_kept() {
        let smallest = encode(0, 0, [0; 5]);
        for bit in 0..24 {
            assert!(encode(0, 1 << bit, [0; 5]) > encode(0, (1 << bit) - 1, [0xff; 5]), "bit {bit}");
            assert_ne!(encode(0, 1 << bit, [0; 5]), smallest);
        }
    }
}
