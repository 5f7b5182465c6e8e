//! Hosted uploads, as somebody without JavaScript walks through them.

use axum::http::Method;
use serde_json::json;

use super::{ACME, ACME_KEY, path, text};
use crate::on_both;
use crate::world::{Answer, World};

const PAGE: &str = "/bank-connect/session/";

async fn open(world: &World, fields: &[(&str, &str)]) -> Answer {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    world.send(Method::POST, &path("session/"), &[("content-type", crate::bankconnect::FORM)], body.finish()).await
}

async fn opened(world: &World, redirect_url: Option<&str>) -> String {
    let mut fields = vec![("api_key", ACME_KEY), ("link_id", "l1")];
    fields.extend(redirect_url.map(|url| ("redirect_url", url)));
    let url = text(&open(world, &fields).await.ok()["redirect_url"]);
    url.strip_prefix("http://qist.test/bank-connect/session/?session_id=").unwrap().to_owned()
}

async fn upload(world: &World, session: &str, file: &str) -> Answer {
    let body = format!(
        "--b\r\ncontent-disposition: form-data; name=\"session_id\"\r\n\r\n{session}\r\n--b\r\n\
         content-disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n{file}\r\n--b\r\n\
         content-disposition: form-data; name=\"bank_name\"\r\n\r\n\r\n--b--\r\n"
    );
    world.send(Method::POST, PAGE, &[("content-type", "multipart/form-data; boundary=b")], body).await
}

fn html(answer: &Answer) -> String {
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    String::from_utf8(answer.bytes.clone()).unwrap()
}

on_both! {
    async fn a_statement_that_is_uploaded_sends_back_with_its_entity(world: World) {
        let world = world.planned();
        let session = opened(&world, Some("https://you.example/back?a=1")).await;
        let shown = world.send(Method::GET, &format!("{PAGE}?session_id={session}"), &[], "").await;
        assert_eq!(shown.status, 200);
        assert!(html(&shown).contains("Find out from the statement") && shown.headers.contains_key("content-security-policy"));
        let wrong = upload(&world, &session, "bank=axis locked=x").await;
        assert_eq!(wrong.status, 400);
        assert!(html(&wrong).contains("The password does not open this file."));
        let done = upload(&world, &session, "bank=axis number=911").await;
        let entity = text(&world.bank_get(ACME, "entity/?link_id=l1").await.ok()["results"][0]["entity_id"]);
        let back = format!("https://you.example/back?a=1&success=true&entity_id={entity}");
        assert_eq!((done.status, done.headers["location"].to_str().unwrap()), (303, back.as_str()));
        for again in [upload(&world, &session, "bank=axis number=911").await, world.send(Method::GET, &format!("{PAGE}?session_id={session}"), &[], "").await] {
            assert_eq!(again.status, 404);
            assert!(html(&again).contains("can no longer be used"));
        }
    }

    async fn leaving_sends_back_without_success_and_a_frame_is_told(world: World) {
        let world = world.planned();
        let leave = async |session: &str| {
            let headers = [("content-type", crate::bankconnect::FORM)];
            world.send(Method::POST, "/bank-connect/session/exit/", &headers, format!("session_id={session}")).await
        };
        let session = opened(&world, Some("https://you.example/back")).await;
        let left = leave(&session).await;
        assert_eq!((left.status, left.headers["location"].to_str().unwrap()), (303, "https://you.example/back?success=false"));
        assert_eq!(leave(&session).await.status, 404);
        let framed = html(&leave(&opened(&world, None).await).await);
        assert!(framed.contains("data-status=\"exit\"") && framed.contains("data-link=\"l1\""), "{framed}");
        let session = opened(&world, None).await;
        let done = html(&upload(&world, &session, "bank=axis number=911").await);
        assert!(done.contains("data-status=\"success\"") && done.contains("data-entity=\""), "{done}");
    }

    async fn a_session_asks_for_a_key_in_its_body_and_for_days_that_can_be(world: World) {
        let unknown = json!({ "detail": "Authentication credentials were not provided." });
        for fields in [vec![("link_id", "l1")], vec![("api_key", "wrong"), ("link_id", "l1")], vec![("api_key", ""), ("link_id", "l1")]] {
            let answer = open(&world, &fields).await;
            assert_eq!((answer.status, &answer.json), (401, &unknown));
        }
        for (field, value) in [
            ("from_date", "2020-01-01"), ("from_date", "32/01/2020"), ("to_date", "03/01/2021"), ("to_date", "1/1/2020"),
            ("from_date", "02/01/2021"), ("bank_name", "nobank"), ("redirect_url", "http://you.example/"), ("redirect_url", "javascript:alert(1)"),
        ] {
            let answer = open(&world, &[("api_key", ACME_KEY), ("link_id", "l1"), (field, value)]).await;
            assert_eq!((answer.status, answer.json[field].is_array()), (400, true), "{field} {value}: {}", answer.json);
        }
        let missing = open(&world, &[("api_key", ACME_KEY)]).await;
        assert_eq!((missing.status, missing.json), (400, json!({ "link_id": ["This field is required."] })));
        let fields = [("api_key", ACME_KEY), ("link_id", "l1"), ("from_date", "01/10/2020"), ("to_date", "02/01/2021"), ("bank_name", "axis")];
        assert_eq!(open(&world, &fields).await.status, 200);
        for id in ["", "2fee9ba7-52e1-4873-8328-e0dff99cdc83", "%00", "'"] {
            let answer = world.send(Method::GET, &format!("{PAGE}?session_id={id}"), &[], "").await;
            assert_eq!(answer.status, 404, "{id}");
        }
    }

    async fn a_session_ends_by_itself(world: World) {
        let session = opened(&world, None).await;
        world.clock.advance_seconds(12 * 3600);
        assert_eq!(world.send(Method::GET, &format!("{PAGE}?session_id={session}"), &[], "").await.status, 404);
    }
}
