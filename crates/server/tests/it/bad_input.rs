//! Input that no honest client sends: a clear error in the right shape, and nothing changed.

use axum::http::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::world::ACME;

const JSON: (&str, &str) = ("content-type", "application/json");

on_both! {
    async fn a_body_that_is_not_json_is_refused_with_its_field(world: World) {
        let send = async |body: &str| world.send(Method::POST, "/v1/user/create", &[("x-api-key", ACME), JSON], body.to_owned()).await;
        for body in [
            "", "{", "[]", "null", "\"text\"", "{\"customerID\":}", "{\"customerID\":\"a\",}", "{\"customerID\":NaN}",
            "{\"customerID\":1e400}", "{\"customerID\":\"a\"} trailing", "{\"customerID\":\"a\",\"customerID\":\"b\",\"mobile\":\"9999999999\"}",
            "{\"customerID\":{\"a\":1},\"mobile\":\"9999999999\"}", "{\"customerID\":\"\\ud800\",\"mobile\":\"9999999999\"}",
        ] {
            let answer = send(body).await;
            assert_eq!(answer.status, 400, "{body}: {}", answer.json);
            assert!(answer.json["error"].as_str().unwrap().starts_with("request validation failed: "), "{body}: {}", answer.json);
        }
        let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(send(&format!("{{\"customerID\":{deep}}}")).await.status, 400);
        let invalid_utf8 = world.send(Method::POST, "/v1/user/create", &[("x-api-key", ACME), JSON], b"{\"customerID\":\"\xff\"}".to_vec()).await;
        assert_eq!(invalid_utf8.status, 400);
        assert_eq!(world.get(ACME, "/v1/users").await.ok()["data"]["total"], 0);
    }

    async fn body_size_and_type_have_limits(world: World) {
        let large = json!({ "customerID": "x".repeat(2 * 1024 * 1024) }).to_string();
        world.send(Method::POST, "/v1/user/create", &[("x-api-key", ACME), JSON], large).await.refused(413, "body_too_large");
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
            let headers = [("x-api-key", ACME), ("content-type", content_type)];
            let answer = world.send(Method::POST, "/v1/user/create", &headers, "{}".to_owned()).await;
            answer.refused(415, "content_type");
        }
        let charset = [("x-api-key", ACME), ("content-type", "application/json; charset=utf-8")];
        let body = json!({ "customerID": "c", "mobile": "9999999999" }).to_string();
        world.send(Method::POST, "/v1/user/create", &charset, body).await.ok();
    }

    async fn a_wrong_method_or_path_answers_in_the_same_shape(world: World) {
        let wrong = world.send(Method::DELETE, "/v1/user/create", &[("x-api-key", ACME)], "").await;
        assert_eq!(wrong.headers["allow"], "POST");
        let wrong = wrong.refused(405, "wrong_method");
        assert_eq!((&wrong["status"], &wrong["data"]), (&json!(false), &json!({})));
        let lost = world.get(ACME, "/v1/user/nothing").await.refused(404, "no_such_path");
        assert_eq!((&lost["status"], &lost["data"]), (&json!(false), &json!({})));
        let own = world.get(ACME, "/v1/lender/nothing").await;
        assert_eq!((own.status, own.headers["content-type"].to_str().unwrap()), (404, "application/problem+json"));
    }

    async fn strange_characters_in_queries_are_only_text(world: World) {
        for query in ["customerID=%00", "customerID=%ff%fe", "customerID=%E2%80%AE", "customerID=' OR 1=1 --", "customerID=%27%3B%20DROP"] {
            let path = format!("/v1/users?{}", query.replace(' ', "%20"));
            let answer = world.get(ACME, &path).await;
            assert!(answer.status == 200 || answer.status == 400, "{query}: {}", answer.json);
            let path = format!("/v1/user/profile?{}", query.replace(' ', "%20"));
            let answer = world.get(ACME, &path).await;
            assert!([400, 403, 404].contains(&answer.status), "{query}: {} {}", answer.status, answer.json);
        }
    }

    async fn an_idempotency_key_is_checked_like_everything_else(world: World) {
        let body = json!({ "customerID": "c", "mobile": "9999999999" }).to_string();
        for key in ["", "with space", &"x".repeat(256)] {
            let headers = [("x-api-key", ACME), JSON, ("idempotency-key", key)];
            world.send(Method::POST, "/v1/user/create", &headers, body.clone()).await.refused(400, "invalid_field");
        }
    }

    async fn the_same_key_answers_the_same_and_another_body_is_refused(world: World) {
        let create = async |key: &str, customer: &str| {
            let headers = [("x-api-key", ACME), JSON, ("idempotency-key", key)];
            let body = json!({ "customerID": customer, "mobile": "9999999999" }).to_string();
            world.send(Method::POST, "/v1/user/create", &headers, body).await
        };
        let first = create("k1", "c1").await.ok();
        assert_eq!(create("k1", "c1").await.ok(), first, "not 409: it is the same call");
        create("k1", "c2").await.refused(409, "idempotency_reused");
        create("k2", "c1").await.refused(409, "user_exists");
        assert_eq!(world.get(ACME, "/v1/users").await.ok()["data"]["total"], 1);
    }

    async fn amounts_of_a_loan_are_plain_rupees(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        let apply = async |text: &str| {
            let bearer = format!("Bearer {}", borrower.token);
            let headers = [("x-api-key", borrower.client_key), ("authorization", bearer.as_str()), JSON];
            world.send(Method::POST, "/v1/borrower/applications", &headers, format!("{{\"amount\":{text}}}")).await
        };
        for text in ["0", "-1", "1.005", "1e400", "NaN", "\"5000\"", "true", "null", "15000.01", "-0.001", "99999999999999999999", "५०००"] {
            let answer = apply(text).await;
            assert_eq!(answer.status, 400, "{text}: {}", answer.json);
        }
        apply("5000.50").await.ok();
    }

    async fn an_upload_that_lies_about_its_type_is_refused(world: World) {
        let borrower = world.customer("c1").await;
        world.identify(&borrower, "ABCPD0750N").await;
        world.apply(&borrower, 6500).await;
        world.tell_details(&borrower).await;
        for (kind, content_type, file) in [
            ("pan_card", "image/png", b"<html><script>alert(1)</script>".as_slice()),
            ("pan_card", "image/png", b"%PDF-1.7 ..."),
            ("pan_card", "text/html", b"\x89PNG\r\n\x1a\n"),
            ("pan_card", "application/pdf", b""),
        ] {
            world.upload(&borrower, kind, content_type, file).await.refused(400, "upload_type");
        }
        world.upload(&borrower, "passport_photo", "image/png", qist::dev::PIXEL_PNG).await.refused(400, "invalid_field");
        let view = world.borrower_get(&borrower, "/v1/borrower/journey").await.ok();
        assert_eq!(view["application"]["documents"], Value::Array(vec![]));
    }
}
