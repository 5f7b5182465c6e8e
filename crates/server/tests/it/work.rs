//! Jobs and answers: when they are done, and what a provider's "no" leaves possible.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use qist_app::ports::connector::{Ask, AskError, Callback, Called, Connector, Connectors, ProviderKind, Reply};
use serde_json::json;

use crate::on_both;
use crate::world::MERIDIAN;

/// A provider that cannot be asked.
struct Failing(AskError);

#[async_trait]
impl Connector for Failing {
    async fn ask(&self, _: &str, _: u32, _: &Ask) -> Result<Reply, AskError> {
        Err(self.0.clone())
    }

    fn read_callback(&self, _: Callback<'_>) -> Option<Called> {
        None
    }
}

impl Connectors for Failing {
    fn of(&self, _: ProviderKind) -> &dyn Connector {
        self
    }
}

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

    async fn a_debit_of_which_nobody_knows_how_it_ended_is_no_bounce(world: World) {
        let (_, loan) = world.disbursed("c1").await;
        let path = format!("/v1/lender/applications/{loan}/repayments");
        for (num, due, error) in [
            (0, "2021-02-03", AskError::TimedOut),
            (1, "2021-03-03", AskError::Unavailable("down".to_owned())),
            (2, "2021-04-05", AskError::Rejected("the connector is not set up".to_owned())),
        ] {
            world.clock.set(due);
            world.app.end_days().await.unwrap();
            let mut app = world.app.clone();
            app.connectors = Arc::new(Failing(error));
            for _ in 0..12 {
                while app.work().await.unwrap() > 0 {}
                world.clock.advance_seconds(22_000);
            }
            let emi = world.get(MERIDIAN, &path).await.ok()["emiList"][num].clone();
            assert_eq!((&emi["lateCharge"], &emi["status"]), (&json!(0), &json!("UNPAID")), "{emi}");
        }
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
