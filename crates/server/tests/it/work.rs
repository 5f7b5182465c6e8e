//! Jobs and answers: when they are done, and what a provider's "no" leaves possible.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::on_both;
use crate::world::MERIDIAN;

on_both! {
    async fn a_payout_that_the_bank_returned_can_be_asked_for_again(world: World) {
        let (_, loan) = world.signed_with_account("c1", "50100000000201").await;
        let path = format!("/v1/lender/applications/{loan}/payout");
        for _ in 0..2 {
            world.post(MERIDIAN, &path, json!({})).await.ok();
            world.post(MERIDIAN, &path, json!({})).await.refused(409, "loan_illegal_move");
            world.settle().await;
            assert_eq!(world.status(&loan).await, "SIGN_AGREEMENT");
        }
        // Paid by hand meanwhile.
        world.disburse(&loan, "UTR1").await.ok();
    }

    async fn a_payout_whose_outcome_is_unknown_is_not_asked_for_again(world: World) {
        let (_, loan) = world.signed_with_account("c1", "50100000000205").await;
        let path = format!("/v1/lender/applications/{loan}/payout");
        world.post(MERIDIAN, &path, json!({})).await.ok();
        world.settle().await;
        world.post(MERIDIAN, &path, json!({})).await.refused(409, "loan_illegal_move");
        world.clock.advance_seconds(60);
        world.settle().await;
        assert_eq!(world.status(&loan).await, "DISBURSED");
        assert_eq!(world.app.verify().await.unwrap().differences, Vec::<String>::new());
    }

    async fn an_idle_worker_commits_nothing_and_wakes_nobody(world: World) {
        world.signed("c1").await;
        let woken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&woken);
        let mut app = world.app.clone();
        app.nudge = Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        for _ in 0..3 {
            assert_eq!(app.work().await.unwrap(), 0);
        }
        assert_eq!(woken.load(Ordering::SeqCst), 0);
    }
}
