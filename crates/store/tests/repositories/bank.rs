//! BankConnect: keys, settings, entities, statements, sessions, what is told, and the health of net banking.

use qist_app::ports::store::{
    BankFetch, BankIncident, BankKeyRecord, BankPayload, BankSettings, BankWebhook, BankWebhookMode,
};
use qist_domain::bank::health::{Attempts, Condition, Health};
use qist_domain::bank::{
    Account, Entity, NewSession, NewStatement, Outcome, Session, Source, Statement, StatementState,
};
use qist_domain::id::{ApiKeyId, BankEntityId, BankPayloadId, BankStatementId, BlobId, EventId};
use qist_domain::refusal::Code;
use qist_statement::analysis::Features;
use qist_store::{DbStore, ResealCursor};
use serde_json::json;

use crate::samples::*;
use crate::support::{Fixture, at, code_of, fixed, texts};

on_both_engines! {
    a_bank_key_is_found_by_its_hash_and_revoked_once,
    settings_are_the_usual_ones_until_they_are_saved,
    a_link_id_has_one_entity_in_a_tenant,
    entities_are_paged_newest_first_with_the_exact_total,
    an_analysis_is_kept_once_for_each_version,
    a_statement_settles_once,
    a_bank_session_reads_back_and_ends_once,
    payloads_are_listed_newest_first_and_noted,
    a_bank_has_one_open_incident,
    health_keeps_its_history_and_counts_attempts,
    what_is_sealed_of_bankconnect_is_not_on_the_disk_and_is_sealed_again,
}

fn entity(number: u128, link_id: Option<&str>, seconds: i64) -> Entity {
    Entity::create(BankEntityId(uuid(9_000_000 + number)), TENANT, link_id, at(seconds)).unwrap()
}

async fn insert(store: &DbStore, entity: Entity) -> bool {
    let entity = fixed(entity);
    in_write!(store, tx => tx.insert_bank_entity(entity)).unwrap()
}

fn new_statement(number: u128, entity: &Entity) -> NewStatement {
    NewStatement {
        id: BankStatementId(uuid(9_100_000 + number)),
        tenant: TENANT,
        entity: entity.id,
        bank: "axis".to_owned(),
        source: Source::Pdf,
        sha256: format!("{number:064x}"),
        file: BlobId(uuid(9_200_000 + number)),
    }
}

fn outcome(name: &str) -> Outcome {
    let account = Account { account_id: "a".into(), name: Some(name.to_owned()), ..Account::default() };
    Outcome { accounts: vec![account], fraud_type: Some("author_fraud".into()) }
}

fn read(number: u128, entity: &Entity, seconds: i64) -> Statement {
    new_statement(number, entity).read(BlobId(uuid(9_300_000 + number)), outcome("ASHA HOLDER"), at(seconds))
}

async fn a_bank_key_is_found_by_its_hash_and_revoked_once(fixture: Fixture) {
    let store = &fixture.store;
    let key = fixed(BankKeyRecord {
        id: ApiKeyId(uuid(70)),
        tenant: TENANT,
        key_hash: "hash".into(),
        server_hash: "server".into(),
        hint: "qbk_abcd".into(),
        created_at: at(1),
        revoked_at: None,
    });
    in_write!(store, tx => tx.insert_bank_key(key)).unwrap();
    let found = in_read!(store, tx => tx.bank_key_by_hash("hash")).unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{key:?}"));
    assert!(in_read!(store, tx => tx.bank_key_by_hash("server")).unwrap().is_none());
    assert_eq!(in_read!(store, tx => tx.bank_keys_of(TENANT)).unwrap().len(), 1);
    assert!(in_read!(store, tx => tx.bank_keys_of(OTHER_TENANT)).unwrap().is_empty());
    assert!(in_write!(store, tx => tx.revoke_bank_key(key.id, at(5))).unwrap());
    assert!(!in_write!(store, tx => tx.revoke_bank_key(key.id, at(6))).unwrap());
    let found = in_read!(store, tx => tx.bank_key_by_hash("hash")).unwrap().unwrap();
    assert_eq!(found.revoked_at, Some(at(5)));
}

async fn settings_are_the_usual_ones_until_they_are_saved(fixture: Fixture) {
    let store = &fixture.store;
    let usual = in_read!(store, tx => tx.bank_settings(TENANT)).unwrap();
    assert!(!usual.legacy_key_only && usual.webhook.is_none() && usual.webhook_mode == BankWebhookMode::Online);
    let webhook = BankWebhook { url: "https://you.example/".into(), secret: "whsec_secret".into() };
    let set = fixed(BankSettings {
        tenant: TENANT,
        legacy_key_only: true,
        webhook: Some(webhook.clone()),
        webhook_mode: BankWebhookMode::All,
    });
    in_write!(store, tx => tx.save_bank_settings(set, at(1))).unwrap();
    in_write!(store, tx => tx.save_bank_settings(set, at(2))).unwrap();
    let found = in_read!(store, tx => tx.bank_settings(TENANT)).unwrap();
    assert!(found.legacy_key_only && found.webhook == Some(webhook) && found.webhook_mode == BankWebhookMode::All);
    assert!(!in_read!(store, tx => tx.bank_settings(OTHER_TENANT)).unwrap().legacy_key_only);
}

async fn a_link_id_has_one_entity_in_a_tenant(fixture: Fixture) {
    let store = &fixture.store;
    let first = Entity { meta_data: Some(json!({ "a": [1, null] })), ..entity(1, Some("Link"), 1) };
    assert!(insert(store, first.clone()).await);
    assert!(!insert(store, entity(2, Some("Link"), 2)).await);
    assert!(insert(store, Entity { tenant: OTHER_TENANT, ..entity(3, Some("Link"), 2) }).await);
    assert!(insert(store, entity(4, None, 3)).await && insert(store, entity(5, None, 3)).await);
    let id = first.id;
    assert_eq!(in_read!(store, tx => tx.bank_entity(TENANT, id)).unwrap(), Some(first.clone()));
    assert_eq!(in_read!(store, tx => tx.find_any_bank_entity(id)).unwrap(), Some(first.clone()));
    assert_eq!(in_read!(store, tx => tx.bank_entity(OTHER_TENANT, id)).unwrap(), None);
    assert_eq!(in_read!(store, tx => tx.bank_entity_by_link(TENANT, "Link")).unwrap(), Some(first));
    assert_eq!(in_read!(store, tx => tx.bank_entity_by_link(TENANT, "link")).unwrap(), None);
}

async fn entities_are_paged_newest_first_with_the_exact_total(fixture: Fixture) {
    let store = &fixture.store;
    for number in 0..7 {
        let link_id = format!("link {number}");
        let seconds = i64::try_from(number / 2).unwrap();
        insert(store, entity(number, (number % 2 == 0).then_some(link_id.as_str()), seconds)).await;
    }
    insert(store, Entity { tenant: OTHER_TENANT, ..entity(50, Some("link 0"), 9) }).await;
    let page = async |link_id: Option<&'static str>, limit: i64, offset: i64| {
        let listed = in_read!(store, tx => tx.list_bank_entities(TENANT, link_id, limit, offset)).unwrap();
        let ids = listed.rows.iter().map(|row| row.id.0.as_u128() - uuid(9_000_000).as_u128()).collect::<Vec<_>>();
        (listed.total, ids)
    };
    assert_eq!(page(None, 3, 0).await, (7, vec![6, 5, 4]));
    assert_eq!(page(None, 3, 6).await, (7, vec![0]));
    assert_eq!(page(None, 3, 9).await, (7, vec![]));
    assert_eq!(page(Some("link 4"), 3, 0).await, (1, vec![4]));
    assert_eq!(page(Some("link 4"), 3, 3).await, (1, vec![]));
    assert_eq!(page(Some("link 5"), 3, 0).await, (0, vec![]));
}

async fn an_analysis_is_kept_once_for_each_version(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed(entity(1, Some("link"), 1));
    insert(store, made.clone()).await;
    assert!(in_read!(store, tx => tx.bank_features(TENANT, "link")).unwrap().is_none());
    let (first, second) = (BlobId(uuid(1)), BlobId(uuid(2)));
    let features = fixed(Features { income_monthly_paise: 2_759_800, salaried: true, ..Features::default() });
    in_write!(store, tx => tx.save_bank_analysis(made, first, features, at(2))).unwrap();
    let again = in_write!(store, tx => tx.save_bank_analysis(made, second, features, at(3)));
    assert_eq!(code_of(again), Code::VersionConflict);
    let id = made.id;
    let found = in_read!(store, tx => tx.bank_entity(TENANT, id)).unwrap().unwrap();
    assert_eq!((found.analysis, found.version), (Some(first), 2));
    assert_eq!(in_read!(store, tx => tx.bank_features(TENANT, "link")).unwrap(), Some(*features));
    assert!(in_read!(store, tx => tx.bank_features(OTHER_TENANT, "link")).unwrap().is_none());
}

async fn a_statement_settles_once(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed(entity(1, None, 1));
    insert(store, made.clone()).await;
    let first = fixed(read(1, made, 10));
    let second = fixed(new_statement(2, made).refused("no rows", at(5)));
    in_write!(store, tx => tx.insert_bank_statement(first)).unwrap();
    in_write!(store, tx => tx.insert_bank_statement(second)).unwrap();
    let all = async || in_read!(store, tx => tx.bank_statements(made)).unwrap();
    assert_eq!(all().await, [second.clone(), first.clone()], "in the order in which they came");
    let completed = fixed(first.clone().complete(at(20)).unwrap());
    in_write!(store, tx => tx.settle_bank_statement(completed)).unwrap();
    let again = fixed(first.clone().fail("late", at(30)).unwrap());
    assert_eq!(code_of(in_write!(store, tx => tx.settle_bank_statement(again))), Code::VersionConflict);
    assert_eq!(all().await[1], *completed);
}

async fn a_bank_session_reads_back_and_ends_once(fixture: Fixture) {
    let store = &fixture.store;
    let new = NewSession {
        link_id: "link".into(),
        redirect_url: Some("https://you.example/".into()),
        from: None,
        to: None,
        bank: Some("axis".into()),
    };
    let session = fixed(Session::open(TENANT, new, at(0)).unwrap());
    in_write!(store, tx => tx.insert_bank_session("code", session)).unwrap();
    assert_eq!(in_read!(store, tx => tx.find_any_bank_session("code")).unwrap(), Some(session.clone()));
    assert!(in_read!(store, tx => tx.find_any_bank_session("other")).unwrap().is_none());
    assert!(in_write!(store, tx => tx.end_bank_session("code", at(3))).unwrap());
    assert!(!in_write!(store, tx => tx.end_bank_session("code", at(4))).unwrap());
    let ended = in_read!(store, tx => tx.find_any_bank_session("code")).unwrap().unwrap();
    assert_eq!(ended.ended_at, Some(at(3)));
}

async fn payloads_are_listed_newest_first_and_noted(fixture: Fixture) {
    let store = &fixture.store;
    let made = entity(1, Some("link"), 1);
    insert(store, made.clone()).await;
    let payload = |number: u128, statement: Option<u128>, progress| BankPayload {
        id: BankPayloadId(uuid(9_400_000 + number)),
        tenant: TENANT,
        entity: made.id,
        link_id: Some("link".into()),
        statement: statement.map(|number| BankStatementId(uuid(number))),
        progress,
        reason: "why".into(),
        created_at: at(i64::try_from(number).unwrap()),
        delivered_at: None,
        last_answer: String::new(),
    };
    let (one, two) = (payload(1, None, StatementState::Failed), payload(2, Some(8), StatementState::Completed));
    for payload in [fixed(one.clone()), fixed(two.clone())] {
        in_write!(store, tx => tx.insert_bank_payload(payload)).unwrap();
    }
    let listed = in_read!(store, tx => tx.bank_payloads(TENANT, "link", 10)).unwrap();
    assert_eq!(format!("{listed:?}"), format!("{:?}", [&two, &one]));
    assert_eq!(in_read!(store, tx => tx.bank_payloads(TENANT, "link", 1)).unwrap().len(), 1);
    assert!(in_read!(store, tx => tx.bank_payloads(OTHER_TENANT, "link", 9)).unwrap().is_empty());
    let id = two.id;
    in_write!(store, tx => tx.note_bank_payload(id, Some(at(7)), "HTTP 200")).unwrap();
    let noted = in_read!(store, tx => tx.bank_payload(TENANT, id)).unwrap().unwrap();
    assert_eq!((noted.delivered_at, noted.last_answer.as_str()), (Some(at(7)), "HTTP 200"));
    assert!(in_read!(store, tx => tx.bank_payload(OTHER_TENANT, id)).unwrap().is_none());
}

async fn a_bank_has_one_open_incident(fixture: Fixture) {
    let store = &fixture.store;
    let incident = |number: u128, issue: &str| BankIncident {
        id: EventId(uuid(number)),
        bank: "axis".into(),
        issue: issue.to_owned(),
        opened_at: at(1),
        closed_at: None,
    };
    let (first, second) = (fixed(incident(1, "one")), fixed(incident(2, "two")));
    in_write!(store, tx => tx.insert_bank_incident(first)).unwrap();
    assert!(in_write!(store, tx => tx.insert_bank_incident(second)).is_err());
    assert_eq!(in_read!(store, tx => tx.open_bank_incident("axis")).unwrap().unwrap().issue, "one");
    assert!(in_read!(store, tx => tx.open_bank_incident("sbi")).unwrap().is_none());
    assert!(in_write!(store, tx => tx.close_bank_incident("axis", at(2))).unwrap());
    assert!(!in_write!(store, tx => tx.close_bank_incident("axis", at(3))).unwrap());
    in_write!(store, tx => tx.insert_bank_incident(second)).unwrap();
    assert_eq!(in_read!(store, tx => tx.open_bank_incident("axis")).unwrap().unwrap().issue, "two");
}

async fn health_keeps_its_history_and_counts_attempts(fixture: Fixture) {
    let store = &fixture.store;
    let up = fixed(Health::new("axis", at(1)));
    let down = fixed(up.after(Some("captcha"), Attempts::default(), at(2)));
    let other = fixed(Health::new("sbi", at(1)));
    for health in [up, other, down] {
        in_write!(store, tx => tx.save_bank_health(health)).unwrap();
    }
    for (number, health) in [(1, up), (2, down)] {
        in_write!(store, tx => tx.note_bank_health(EventId(uuid(number)), health)).unwrap();
    }
    assert_eq!(in_read!(store, tx => tx.bank_healths()).unwrap(), [down.clone(), other.clone()]);
    let history = in_read!(store, tx => tx.bank_health_history("axis", 10)).unwrap();
    assert_eq!(history.iter().map(|one| one.condition).collect::<Vec<_>>(), [Condition::Incident, Condition::Up]);
    assert_eq!(in_read!(store, tx => tx.bank_health_history("axis", 1)).unwrap().len(), 1);
    for (number, succeeded, seconds) in [(1, true, 10), (2, false, 20), (3, false, 30)] {
        let id = EventId(uuid(number));
        let fetch = fixed(BankFetch { id, bank: "axis".into(), succeeded, reason: "r".into(), at: at(seconds) });
        in_write!(store, tx => tx.insert_bank_fetch(fetch)).unwrap();
    }
    let since = async |seconds: i64| in_read!(store, tx => tx.bank_fetches_since("axis", at(seconds))).unwrap();
    assert_eq!(since(0).await, Attempts { succeeded: 1, failed: 2 });
    assert_eq!(since(10).await, Attempts { succeeded: 0, failed: 2 }, "the beginning is left out");
    assert_eq!(since(30).await, Attempts::default());
}

async fn what_is_sealed_of_bankconnect_is_not_on_the_disk_and_is_sealed_again(fixture: Fixture) {
    let store = &fixture.store;
    let made = fixed(Entity { meta_data: Some(json!("metasecret")), ..entity(1, Some("link"), 1) });
    insert(store, made.clone()).await;
    let statement = fixed(read(1, made, 10));
    in_write!(store, tx => tx.insert_bank_statement(statement)).unwrap();
    let webhook = Some(BankWebhook { url: "https://urlsecret.example/".into(), secret: "s".into() });
    let webhook_mode = BankWebhookMode::All;
    let settings = fixed(BankSettings { tenant: TENANT, legacy_key_only: false, webhook, webhook_mode });
    in_write!(store, tx => tx.save_bank_settings(settings, at(1))).unwrap();
    let features = fixed(Features::default());
    in_write!(store, tx => tx.save_bank_analysis(made, BlobId(uuid(1)), features, at(2))).unwrap();
    if let Some(bytes) = fixture.bytes_on_disk() {
        for secret in ["metasecret", "ASHA HOLDER", "urlsecret", "income_monthly_paise"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
    }
    store.rotate_data_key(Some(TENANT), at(20)).await.unwrap();
    let (mut from, mut resealed) = (Some(ResealCursor::default()), 0);
    while let Some(cursor) = from {
        let done = store.reseal(cursor, 10, at(21)).await.unwrap();
        (from, resealed) = (done.next, resealed + done.resealed);
    }
    assert_eq!(resealed, 4, "metadata, features, outcome, webhook");
    assert_eq!(in_read!(store, tx => tx.bank_statements(made)).unwrap(), std::slice::from_ref(statement));
    assert_eq!(texts(store, "SELECT bank FROM bank_statements").await, ["axis"]);
}
