//! `qist seed`: lives that could have been lived.

use std::collections::BTreeSet;

use qist::seed::{Plan, fill};
use qist_domain::application::LoanStatus;
use serde_json::Value;

use crate::on_both;
use crate::world::{ACME, Engine, MERIDIAN, World};

const PLAN: Plan = Plan { users: 300, loans: 500, seed: 7 };

async fn list(world: &World, path: &str, field: &str) -> Vec<Value> {
    let answer = world.get(ACME, &format!("{path}?limit=500")).await.ok();
    answer["data"][field].as_array().unwrap().clone()
}

on_both! {
    async fn seeded_loans_are_in_every_status_and_follow_from_their_facts(world: World) {
        world.clock.set("2026-11-20");
        fill(&world.app, &world.store, PLAN, |_| ()).await.unwrap();
        let (users, loans) = (list(&world, "/v1/users", "userList").await, list(&world, "/v1/loans", "loans").await);
        assert_eq!((users.len(), loans.len()), (300, 500));
        let statuses: BTreeSet<&str> = loans.iter().map(|loan| loan["status"].as_str().unwrap()).collect();
        assert_eq!(statuses.len(), LoanStatus::ALL.len(), "{statuses:?}");
        let verified = world.app.verify().await.unwrap();
        assert_eq!(verified.differences, Vec::<String>::new());
        assert!(verified.loans > 100);
        for loan in loans.iter().take(40) {
            let id = loan["loanApplicationID"].as_str().unwrap();
            world.get(ACME, &format!("/v1/loan/details?loanApplicationID={id}")).await.ok();
        }
        let customer = users[0]["customerID"].as_str().unwrap();
        world.get(ACME, &format!("/v1/user/profile?customerID={customer}")).await.ok();
        assert!(world.events(customer).await.len() > 4);
        assert!(world.get(MERIDIAN, "/v1/lender/applications").await.ok()["total"].as_i64().unwrap() > 0);
    }

    async fn the_same_seed_makes_the_same_customers_and_only_once(world: World) {
        fill(&world.app, &world.store, PLAN, |_| ()).await.unwrap();
        let again = fill(&world.app, &world.store, PLAN, |_| ()).await.unwrap_err();
        assert!(format!("{again:#}").contains("--seed"), "{again:#}");
        let other = World::new(Engine::Sqlite).await;
        fill(&other.app, &other.store, PLAN, |_| ()).await.unwrap();
        assert_eq!(list(&world, "/v1/users", "userList").await, list(&other, "/v1/users", "userList").await);
        fill(&world.app, &world.store, Plan { seed: 8, ..PLAN }, |_| ()).await.unwrap();
        assert_eq!(world.get(ACME, "/v1/users").await.ok()["data"]["total"], 600);
    }
}
