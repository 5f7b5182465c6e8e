//! List Users and List Loans.

use serde_json::{Value, json};

use crate::on_both;
use crate::world::{ACME, World};

fn customers(answer: &Value) -> Vec<&str> {
    let rows = answer["data"]["userList"].as_array().or(answer["data"]["loans"].as_array()).unwrap();
    rows.iter().map(|row| row["customerID"].as_str().unwrap()).collect()
}

async fn create(world: &World, customer_id: &str, mobile: &str) {
    world.post(ACME, "/v1/user/create", json!({ "customerID": customer_id, "mobile": mobile })).await.ok();
    world.clock.advance_seconds(1);
}

on_both! {
    async fn users_are_newest_first_and_paged_with_the_exact_total(world: World) {
        for number in 0..25 {
            create(&world, &format!("cust{number:02}"), "9999999999").await;
        }
        let first = world.get(ACME, "/v1/users").await.ok();
        assert_eq!((first["data"]["total"].as_i64(), customers(&first).len()), (Some(25), 10));
        assert_eq!(customers(&first)[0], "cust24");
        let third = world.get(ACME, "/v1/users?limit=10&page=3").await.ok();
        assert_eq!(customers(&third), ["cust04", "cust03", "cust02", "cust01", "cust00"]);
        let beyond = world.get(ACME, "/v1/users?page=50000").await.ok();
        assert_eq!((beyond["data"]["total"].as_i64(), customers(&beyond).len()), (Some(25), 0));
        let all = world.get(ACME, "/v1/users?limit=500").await.ok();
        assert_eq!(customers(&all).len(), 25);
    }

    async fn text_filters_match_anywhere_without_case_and_literally(world: World) {
        for (customer, mobile) in [("Alpha-100%", "9000000001"), ("alphabet_soup", "9000000002"), ("BETA", "9123456789")] {
            create(&world, customer, mobile).await;
        }
        for (query, found) in [
            ("customerID=ALPHA", vec!["alphabet_soup", "Alpha-100%"]),
            ("customerID=pha-1", vec!["Alpha-100%"]),
            ("customerID=100%25", vec!["Alpha-100%"]),
            ("customerID=%25", vec!["Alpha-100%"]),
            ("customerID=_", vec!["alphabet_soup"]),
            ("customerID=ta", vec!["BETA"]),
            ("customerID=zzz", vec![]),
            ("mobile=23456", vec!["BETA"]),
            ("mobile=90", vec!["alphabet_soup", "Alpha-100%"]),
            ("customerID=alpha&mobile=0002", vec!["alphabet_soup"]),
            ("customerID=%22quoted%22", vec![]),
            ("statusText=USER_CREATED", vec!["BETA", "alphabet_soup", "Alpha-100%"]),
            ("statusText=USER_QUALIFIED", vec![]),
        ] {
            let answer = world.get(ACME, &format!("/v1/users?{query}")).await.ok();
            assert_eq!(customers(&answer), found, "{query}");
            assert_eq!(answer["data"]["total"], found.len(), "{query}");
        }
    }

    async fn days_are_of_india_and_both_ends_count(world: World) {
        world.clock.set("2021-01-03");
        create(&world, "noon", "9999999999").await;
        // 2021-01-03 18:30 UTC is midnight in India.
        world.clock.advance_seconds(12 * 3600 - 2);
        create(&world, "last second", "9999999999").await;
        create(&world, "next day", "9999999999").await;
        let of = async |query: &str| customers(&world.get(ACME, &format!("/v1/users?{query}")).await.ok()).join(",");
        assert_eq!(of("from=2021-01-03&to=2021-01-03").await, "last second,noon");
        assert_eq!(of("from=2021-01-04&to=2021-01-04").await, "next day");
        assert_eq!(of("from=2021-01-03&to=2021-01-04").await, "next day,last second,noon");
        for query in ["from=2021-01-03", "to=2021-01-03", "from=2024-02-30&to=2024-03-01", "from=3-1-2021&to=2021-01-04"] {
            world.get(ACME, &format!("/v1/users?{query}")).await.refused(400, "invalid_field");
        }
    }

    async fn a_parameter_out_of_range_is_refused_by_its_name(world: World) {
        for query in ["limit=0", "limit=501", "limit=abc", "limit=-1", "limit=1.5", "page=0", "page=99999999999999999999", "limit=१०", "statusText=NONSENSE"] {
            for route in ["users", "loans"] {
                let refused = world.get(ACME, &format!("/v1/{route}?{query}")).await.refused(400, "invalid_field");
                assert!(refused["error"].as_str().unwrap().contains(query.split('=').next().unwrap()), "{query}");
            }
        }
        let refused = world.get(ACME, "/v1/loans?statusText=NONSENSE").await.refused(400, "invalid_field");
        assert!(refused["error"].as_str().unwrap().contains("BANK_ADDED"), "the valid ones are named");
    }

    async fn loans_are_filtered_by_status_customer_and_day(world: World) {
        for customer in ["one", "two"] {
            let borrower = world.customer(customer).await;
            world.identify(&borrower, "ABCPD0750N").await;
            world.apply(&borrower, 6500).await;
            world.clock.advance_seconds(1);
        }
        let of = async |query: &str| customers(&world.get(ACME, &format!("/v1/loans?{query}")).await.ok()).join(",");
        assert_eq!(of("").await, "two,one");
        assert_eq!(of("statusText=FRESH_LOAN&customerID=ON").await, "one");
        assert_eq!(of("statusText=CLOSED").await, "");
        assert_eq!(of("from=2021-01-03").await, "two,one");
        assert_eq!(of("to=2021-01-02").await, "");
        assert_eq!(of("mobile=9999").await, "two,one");
    }
}
