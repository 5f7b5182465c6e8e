//! List Users and List Loans: what is found, in which order, how many there are.

use qist_app::ports::store::{Listed, LoanFilter, UserFilter, UserRow};
use qist_domain::application::LoanStatus;
use qist_domain::change::Change;
use qist_domain::event::EntityType;
use qist_domain::user::{User, UserStatus};
use qist_store::DbStore;

use crate::samples::*;
use crate::support::{Fixture, at, fixed, number, scan};

on_both_engines! {
    users_are_listed_newest_first_and_ties_by_id,
    a_page_past_the_end_is_empty_and_knows_the_total,
    every_page_together_is_the_whole_list_once,
    patterns_are_literal_and_know_no_ascii_case,
    filters_combine_like_a_plain_loop_would,
    a_common_pattern_is_found_as_completely_as_a_rare_one,
    a_remembered_total_follows_rows_that_come_late_and_early,
    totals_follow_every_change_of_status,
    loans_are_listed_for_their_tenant_and_their_lender,
    pages_do_not_shift_for_a_fixed_period,
}

async fn users(store: &DbStore, filter: UserFilter) -> Listed<UserRow> {
    let filter = fixed(filter);
    scan(store, move |tx| Box::pin(tx.list_users(TENANT, filter))).await.unwrap()
}

fn customers(listed: &Listed<UserRow>) -> Vec<&str> {
    listed.rows.iter().map(|row| row.customer_id.as_str()).collect()
}

fn first(limit: i64) -> UserFilter {
    UserFilter { limit, ..UserFilter::default() }
}

fn named(number: u128, customer_id: &str) -> Change<User> {
    let seconds = i64::try_from(number).unwrap();
    User::create(user_id(number), TENANT, customer_id.to_owned(), mobile(number), at(seconds))
}

async fn save_all(store: &DbStore, changes: impl IntoIterator<Item = Change<User>>) {
    let changes: Vec<_> = changes.into_iter().collect();
    let changes = fixed(changes);
    in_write!(store, tx => async {
        for change in changes {
            tx.save_user(change.clone(), at(0)).await?;
        }
        Ok(())
    })
    .unwrap();
}

async fn users_are_listed_newest_first_and_ties_by_id(fixture: Fixture) {
    let store = &fixture.store;
    let same_moment = |number: u128, customer: &str| {
        User::create(user_id(number), TENANT, customer.to_owned(), mobile(number), at(50))
    };
    let elsewhere = User::create(user_id(9), OTHER_TENANT, "elsewhere".to_owned(), mobile(9), at(60));
    let old = User::create(user_id(99), TENANT, "old".to_owned(), mobile(99), at(1));
    save_all(store, [same_moment(3, "third"), same_moment(5, "fifth"), same_moment(4, "fourth"), elsewhere, old]).await;
    let listed = users(store, first(10)).await;
    assert_eq!(customers(&listed), ["fifth", "fourth", "third", "old"]);
    assert_eq!(listed.total, 4);
    let row = &listed.rows[3];
    assert_eq!((row.name.as_deref(), row.mobile.as_str()), (None, mobile(99).as_str()));
    assert_eq!((row.created_at, row.status), (at(1), UserStatus::UserCreated));
}

async fn a_page_past_the_end_is_empty_and_knows_the_total(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (1..=3).map(new_user)).await;
    for filter in [
        UserFilter::default(),
        UserFilter { customer_id: Some("cust".into()), ..UserFilter::default() },
        UserFilter { mobile: Some("9".into()), ..UserFilter::default() },
        UserFilter { from: Some(at(0)), ..UserFilter::default() },
    ] {
        let listed = users(store, UserFilter { limit: 10, offset: 3, ..filter.clone() }).await;
        assert_eq!((listed.total, listed.rows.len()), (3, 0), "{filter:?}");
        let listed = users(store, UserFilter { limit: 10, offset: i64::MAX, ..filter.clone() }).await;
        assert_eq!((listed.total, listed.rows.len()), (3, 0), "{filter:?}");
    }
    let none = users(store, UserFilter { customer_id: Some("nobody".into()), ..first(10) }).await;
    assert_eq!((none.total, none.rows.len()), (0, 0));
}

async fn every_page_together_is_the_whole_list_once(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (1..=53).map(new_user)).await;
    for filter in [first(7), UserFilter { customer_id: Some("cust".into()), ..first(7) }] {
        let mut seen = Vec::new();
        for page in 0..9 {
            let listed = users(store, UserFilter { offset: page * 7, ..filter.clone() }).await;
            assert_eq!(listed.total, 53);
            seen.extend(listed.rows.into_iter().map(|row| row.customer_id));
        }
        let newest_first: Vec<String> = (1..=53).rev().map(|number| format!("Cust-{number}")).collect();
        assert_eq!(seen, newest_first);
    }
}

/// Customer ids that are hard to look for.
const AWKWARD: [&str; 12] = [
    "100%_sure",
    "100_%sure",
    "1000sure",
    r"back\slash",
    r"back\\slash",
    "quo\"te'd",
    "MiXeD-CaSe",
    "आशा-ऋण-42",
    "ÉTÉ-été",
    "a b  c",
    "ss-ß-ſs",
    "\u{212a}-K-k",
];

async fn patterns_are_literal_and_know_no_ascii_case(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (1..).zip(AWKWARD).map(|(number, customer)| named(number, customer))).await;
    for (pattern, expected) in [
        ("100%", vec!["100%_sure"]),
        ("_%s", vec!["100_%sure"]),
        ("%", vec!["100_%sure", "100%_sure"]),
        ("_", vec!["100_%sure", "100%_sure"]),
        (r"\", vec![r"back\\slash", r"back\slash"]),
        (r"k\s", vec![r"back\slash"]),
        (r"\\s", vec![r"back\\slash"]),
        ("\"te'", vec!["quo\"te'd"]),
        ("mixed", vec!["MiXeD-CaSe"]),
        ("D-CASE", vec!["MiXeD-CaSe"]),
        ("ऋण", vec!["आशा-ऋण-42"]),
        ("शा-ऋण-4", vec!["आशा-ऋण-42"]),
        // Only ASCII letters lose their case.
        ("été", vec!["ÉTÉ-été"]),
        ("Été", vec![]),
        ("é", vec!["ÉTÉ-été"]),
        ("ß-ſ", vec!["ss-ß-ſs"]),
        ("sss", vec![]),
        ("k-k", vec!["\u{212a}-K-k"]),
        ("b  c", vec!["a b  c"]),
        ("b c", vec![]),
        ("sure", vec!["1000sure", "100_%sure", "100%_sure"]),
        ("*", vec![]),
        ("100*", vec![]),
        ("a OR b", vec![]),
    ] {
        let listed = users(store, UserFilter { customer_id: Some(pattern.to_owned()), ..first(50) }).await;
        assert_eq!(customers(&listed), expected, "{pattern}");
        assert_eq!(listed.total, i64::try_from(expected.len()).unwrap(), "{pattern}");
    }
}

/// Enough users that some are in the full-text index of SQLite and some are not yet.
const MANY: u128 = 1_300;

fn many() -> Vec<Change<User>> {
    (1..=MANY)
        .map(|number| match number % 13 {
            0 => named(number, &format!("{}-{number}", AWKWARD[usize::try_from(number % 12).unwrap()])),
            other => named(number, &format!("Shop{other}-{:04x}", number * 7919 % 65_536)),
        })
        .collect()
}

async fn filters_combine_like_a_plain_loop_would(fixture: Fixture) {
    let store = &fixture.store;
    let mut everybody: Vec<User> = many().iter().map(|change| change.state().clone()).collect();
    save_all(store, many()).await;
    for user in everybody.iter_mut().step_by(5) {
        let change = user.clone().issue_token(None).unwrap();
        *user = change.state().clone();
        save_user(store, change).await;
    }
    everybody.reverse();
    let texts = [None, Some("shop1"), Some("7a"), Some("-0"), Some("op12-"), Some("%_s"), Some("zzz")];
    let mobiles = [None, Some("980000"), Some("12"), Some("0007"), Some("x")];
    let periods = [(None, None), (Some(at(200)), Some(at(900))), (Some(at(700)), None)];
    let statuses = [None, Some(UserStatus::UserTokenIssued)];
    let mut combinations = Vec::new();
    for customer_id in texts {
        for mobile in mobiles {
            for period in periods {
                combinations.extend(statuses.map(|status| (customer_id, mobile, period, status)));
            }
        }
    }
    for (customer_id, mobile, (from, until), status) in combinations {
        let matches = |user: &&User| {
            customer_id.is_none_or(|text| user.customer_id.to_ascii_lowercase().contains(text))
                && mobile.is_none_or(|text| user.mobile.as_str().contains(text))
                && from.is_none_or(|from| user.created_at >= from)
                && until.is_none_or(|until| user.created_at < until)
                && status.is_none_or(|status| user.status == status)
        };
        let expected: Vec<&str> = everybody.iter().filter(matches).map(|user| user.customer_id.as_str()).collect();
        for offset in [0, expected.len() / 2, expected.len().saturating_sub(3)] {
            let filter = UserFilter {
                from,
                until,
                customer_id: customer_id.map(str::to_owned),
                mobile: mobile.map(str::to_owned),
                status,
                limit: 10,
                offset: i64::try_from(offset).unwrap(),
            };
            let listed = users(store, filter.clone()).await;
            let page: Vec<&str> = expected.iter().skip(offset).take(10).copied().collect();
            assert_eq!(customers(&listed), page, "{filter:?}");
            assert_eq!(listed.total, i64::try_from(expected.len()).unwrap(), "{filter:?}");
        }
    }
}

async fn a_common_pattern_is_found_as_completely_as_a_rare_one(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (1..=1_200).map(new_user)).await;
    for (pattern, total) in [("cust-", 1_200), ("t-11", 111), ("-1199", 1), ("ust-120", 2)] {
        let listed = users(store, UserFilter { customer_id: Some(pattern.to_owned()), ..first(1) }).await;
        assert_eq!(listed.total, total, "{pattern}");
    }
}

async fn a_remembered_total_follows_rows_that_come_late_and_early(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (10..1_510).map(|number| named(number, &format!("common-{number}")))).await;
    let elsewhere = User::create(user_id(1), OTHER_TENANT, "common-elsewhere".to_owned(), mobile(1), at(9_000));
    let common =
        |limit, offset| UserFilter { customer_id: Some("OMMO".into()), limit, offset, ..UserFilter::default() };
    for _ in 0..2 {
        assert_eq!(users(store, common(1, 0)).await.total, 1_500);
    }
    // Newer than all, another's, of another name, and older than what is remembered.
    for (change, total) in [
        (named(9_000, "common-newest"), 1_501),
        (elsewhere, 1_501),
        (named(9_001, "another"), 1_501),
        (named(2, "common-old"), 1_502),
        (named(9_002, "common-again"), 1_503),
    ] {
        save_all(store, [change]).await;
        for _ in 0..2 {
            assert_eq!(users(store, common(1, 0)).await.total, total);
        }
    }
    assert_eq!(customers(&users(store, common(2, 0)).await), ["common-again", "common-newest"]);
    assert_eq!(customers(&users(store, common(5, 1_501)).await), ["common-10", "common-old"]);
    assert_eq!(customers(&users(store, common(2, 1_502)).await), ["common-old"]);
    assert_eq!(users(store, UserFilter { until: Some(at(20)), ..common(1, 0) }).await.total, 11);
}

async fn totals_follow_every_change_of_status(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (1..=20).map(new_user)).await;
    for number in 1..=12 {
        let change = load_user(store, number).await.issue_token(None).unwrap();
        save_user(store, change).await;
    }
    for number in 1..=5 {
        let change = load_user(store, number).await.update_profile(profile(), at(0).day()).unwrap();
        save_user(store, change).await;
    }
    for (status, total) in [
        (UserStatus::UserCreated, 8),
        (UserStatus::UserTokenIssued, 7),
        (UserStatus::UserProfileUpdated, 5),
        (UserStatus::UserQualified, 0),
    ] {
        let listed = users(store, UserFilter { status: Some(status), ..first(100) }).await;
        assert_eq!(listed.total, total, "{status:?}");
        assert_eq!(i64::try_from(listed.rows.len()).unwrap(), total, "{status:?}");
    }
    assert_eq!(number(store, "SELECT sum(total) FROM counters").await, 20);
}

async fn loans_are_listed_for_their_tenant_and_their_lender(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (1..=4).map(new_user)).await;
    for number in 1..=4 {
        save_application(store, new_application(number, number)).await;
    }
    let cancelled = load_application(store, 2).await.cancel(EntityType::System, "asked to".to_owned()).unwrap();
    save_application(store, cancelled).await;
    for (filter, expected) in [
        (LoanFilter::default(), vec![4, 3, 2, 1]),
        (LoanFilter { status: Some(LoanStatus::Cancelled), ..LoanFilter::default() }, vec![2]),
        (LoanFilter { status: Some(LoanStatus::FreshLoan), ..LoanFilter::default() }, vec![4, 3, 1]),
        (LoanFilter { customer_id: Some("CUST-3".into()), ..LoanFilter::default() }, vec![3]),
        (LoanFilter { mobile: Some("04".into()), ..LoanFilter::default() }, vec![4]),
        (LoanFilter { from: Some(at(2)), until: Some(at(4)), ..LoanFilter::default() }, vec![3, 2]),
    ] {
        let filter = fixed(LoanFilter { limit: 10, ..filter });
        let of_tenant = scan(store, move |tx| Box::pin(tx.list_loans(TENANT, filter))).await.unwrap();
        let of_lender = scan(store, move |tx| Box::pin(tx.list_loans_of_lender(LENDER, filter))).await.unwrap();
        for listed in [of_tenant, of_lender] {
            let ids: Vec<_> = listed.rows.iter().map(|row| row.id).collect();
            assert_eq!(ids, expected.iter().map(|number| application_id(*number)).collect::<Vec<_>>(), "{filter:?}");
            assert_eq!(listed.total, i64::try_from(expected.len()).unwrap(), "{filter:?}");
        }
        let others = scan(store, move |tx| Box::pin(tx.list_loans(OTHER_TENANT, filter))).await.unwrap();
        assert_eq!((others.total, others.rows.len()), (0, 0));
        let others = scan(store, move |tx| Box::pin(tx.list_loans_of_lender(OTHER_LENDER, filter))).await.unwrap();
        assert_eq!((others.total, others.rows.len()), (0, 0));
    }
    let filter = fixed(LoanFilter { limit: 1, ..LoanFilter::default() });
    let newest = scan(store, move |tx| Box::pin(tx.list_loans(TENANT, filter))).await.unwrap().rows.remove(0);
    assert_eq!((newest.number.as_str(), newest.created_at), ("FB0000000000000004", at(4)));
    assert_eq!((newest.customer_id.as_str(), newest.amount_paise), ("Cust-4", 1_000_000));
    assert_eq!(newest.status, LoanStatus::FreshLoan);
}

async fn pages_do_not_shift_for_a_fixed_period(fixture: Fixture) {
    let store = &fixture.store;
    save_all(store, (1..=10).map(new_user)).await;
    let page = |offset| UserFilter { until: Some(at(11)), limit: 5, offset, ..UserFilter::default() };
    let one = users(store, page(0)).await;
    save_all(store, (11..=13).map(new_user)).await;
    let two = users(store, page(5)).await;
    assert_eq!(customers(&one), ["Cust-10", "Cust-9", "Cust-8", "Cust-7", "Cust-6"]);
    assert_eq!(customers(&two), ["Cust-5", "Cust-4", "Cust-3", "Cust-2", "Cust-1"]);
}
