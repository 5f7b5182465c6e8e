use super::*;

#[test]
fn loan_applications_are_spread_evenly_and_none_is_lost() {
    for (users, loans) in [(1, 0), (3, 3), (4, 10), (10, 4), (7, 1)] {
        let each: Vec<u64> = (0..users).map(|number| applications_of(number, users, loans)).collect();
        assert_eq!(each.iter().sum::<u64>(), loans);
        assert!(each.iter().max().unwrap() - each.iter().min().unwrap() <= 1, "{each:?}");
    }
}
