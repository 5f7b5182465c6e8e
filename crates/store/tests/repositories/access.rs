//! Keys, tokens, sessions.

use qist_app::caller::KeyOwner;
use qist_app::ports::store::{KeyRecord, SessionRecord, TokenRecord};
use qist_domain::id::{ApiKeyId, SessionId, TokenId};

use crate::samples::*;
use crate::support::{Fixture, at, fixed};

on_both_engines! {
    a_key_is_found_by_its_hash_and_by_its_owner,
    a_live_key_is_revoked_once,
    touching_keys_only_moves_forward,
    a_token_is_found_by_its_hash,
    a_transaction_id_opens_one_session_in_a_tenants_life,
    a_session_is_redeemed_once_while_it_lives,
}

fn key(number: u128, owner: KeyOwner) -> KeyRecord {
    KeyRecord {
        id: ApiKeyId(uuid(50 + number)),
        owner,
        hash: format!("hash {number}"),
        hint: "qist_ab".into(),
        created_at: at(i64::try_from(number).unwrap()),
        last_used_at: None,
        revoked_at: None,
    }
}

async fn a_key_is_found_by_its_hash_and_by_its_owner(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed([
        key(2, KeyOwner::Server(TENANT)),
        key(1, KeyOwner::Server(TENANT)),
        key(3, KeyOwner::Client(TENANT)),
        key(4, KeyOwner::Lender(LENDER)),
    ]);
    for key in made {
        in_write!(store, tx => tx.insert_key(key)).unwrap();
        let stored = in_read!(store, tx => tx.key_by_hash(&key.hash)).unwrap().unwrap();
        assert_eq!(format!("{stored:?}"), format!("{key:?}"));
    }
    let of_tenant = in_read!(store, tx => tx.keys_of(KeyOwner::Server(TENANT))).unwrap();
    assert_eq!(of_tenant.iter().map(|key| key.id).collect::<Vec<_>>(), [made[1].id, made[0].id]);
    assert!(in_read!(store, tx => tx.key_by_hash("unknown")).unwrap().is_none());
}

async fn a_live_key_is_revoked_once(fixture: Fixture) {
    let store = &fixture.store;
    let key = fixed(key(1, KeyOwner::Server(TENANT)));
    in_write!(store, tx => tx.insert_key(key)).unwrap();
    assert!(in_write!(store, tx => tx.revoke_key(key.id, at(5))).unwrap());
    assert!(!in_write!(store, tx => tx.revoke_key(key.id, at(6))).unwrap());
    assert_eq!(in_read!(store, tx => tx.key_by_hash(&key.hash)).unwrap().unwrap().revoked_at, Some(at(5)));
}

async fn touching_keys_only_moves_forward(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed([key(1, KeyOwner::Server(TENANT)), key(2, KeyOwner::Lender(LENDER))]);
    for key in made {
        in_write!(store, tx => tx.insert_key(key)).unwrap();
    }
    for (first, second, expected) in [(9, 3, (9, 3)), (4, 7, (9, 7))] {
        let used = fixed([(made[1].id, at(second)), (made[0].id, at(first))]);
        in_write!(store, tx => tx.touch_keys(used)).unwrap();
        let last_used = async |key: &'static KeyRecord| {
            in_read!(store, tx => tx.key_by_hash(&key.hash)).unwrap().unwrap().last_used_at
        };
        let stored = (last_used(&made[0]).await, last_used(&made[1]).await);
        assert_eq!(stored, (Some(at(expected.0)), Some(at(expected.1))));
    }
    in_write!(store, tx => tx.touch_keys(&[])).unwrap();
}

async fn a_token_is_found_by_its_hash(fixture: Fixture) {
    let store = &fixture.store;
    let token = fixed(TokenRecord {
        id: TokenId(uuid(60)),
        hash: "token hash".into(),
        tenant: TENANT,
        user: user_id(1),
        created_at: at(1),
        expires_at: at(2),
    });
    in_write!(store, tx => tx.insert_token(token)).unwrap();
    let stored = in_read!(store, tx => tx.token_by_hash("token hash")).unwrap().unwrap();
    assert_eq!(format!("{stored:?}"), format!("{token:?}"));
    assert!(in_read!(store, tx => tx.token_by_hash("other")).unwrap().is_none());
}

pub fn session(number: u128, transaction_id: Option<&str>) -> SessionRecord {
    SessionRecord {
        id: SessionId(uuid(70 + number)),
        code_hash: format!("code {number}"),
        tenant: TENANT,
        user: user_id(1),
        redirect_url: "https://shop.example/back?a=1".into(),
        hide_close: true,
        transaction_id: transaction_id.map(str::to_owned),
        withdraw_amount_paise: Some(120_000),
        created_at: at(1),
        expires_at: at(100),
        redeemed_at: None,
    }
}

async fn a_transaction_id_opens_one_session_in_a_tenants_life(fixture: Fixture) {
    let store = &fixture.store;
    let elsewhere = SessionRecord { tenant: OTHER_TENANT, ..session(3, Some("T1")) };
    let attempts = [
        (session(1, Some("T1")), true),
        (session(2, Some("T1")), false),
        (elsewhere, true),
        (session(4, None), true),
        (session(5, None), true),
    ];
    for (session, is_new) in attempts {
        let session = fixed(session);
        assert_eq!(in_write!(store, tx => tx.insert_session(session)).unwrap(), is_new, "{session:?}");
    }
}

async fn a_session_is_redeemed_once_while_it_lives(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed([session(1, Some("T1")), session(2, None)]);
    for session in made {
        in_write!(store, tx => tx.insert_session(session)).unwrap();
    }
    let redeemed = in_write!(store, tx => tx.redeem_session("code 1", at(50))).unwrap().unwrap();
    let expected = SessionRecord { redeemed_at: Some(at(50)), ..made[0].clone() };
    assert_eq!(format!("{redeemed:?}"), format!("{expected:?}"));
    assert!(in_write!(store, tx => tx.redeem_session("code 1", at(51))).unwrap().is_none());
    assert!(in_write!(store, tx => tx.redeem_session("code 2", at(100))).unwrap().is_none());
    assert!(in_write!(store, tx => tx.redeem_session("code 3", at(50))).unwrap().is_none());
}
