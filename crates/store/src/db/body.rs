//! The body of a transaction, and how one is run under supervision.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::task::Poll;

use async_trait::async_trait;

use super::{Conn, DbError};

/// What happens inside one transaction.
///
/// A body may await its `conn` and nothing else: anything else is refused on both engines with
/// [`DbError::AwaitedOutside`]. It can be run more than once (PostgreSQL asks for that after a
/// deadlock), so it changes nothing but the database. An `Err` rolls everything back.
///
/// Once a statement has failed the transaction is void, as PostgreSQL has it: every further
/// statement is refused, and so is an `Ok` at the end. To try something that may be a duplicate,
/// write `ON CONFLICT … DO NOTHING` and look at the count.
#[async_trait]
pub trait Body: Send + Sync + 'static {
    /// What a kept transaction answers.
    type Out: Send + 'static;
    /// Why one is rolled back.
    type Err: From<DbError> + Send + 'static;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<Self::Out, Self::Err>;
}

/// Runs a body to its end. `Ok` means that the transaction is to be kept; a panic, a foreign await
/// and a swallowed statement failure are all turned into an error.
pub(super) async fn supervise<B: Body>(body: &B, conn: &mut Conn<'_>) -> Result<B::Out, B::Err> {
    let waiting = conn.waiting();
    let mut running = body.run(conn);
    let ended = poll_fn(|context| {
        // The future is dropped, never polled again, after a panic.
        match catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context))) {
            Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
            Ok(Poll::Pending) => match &waiting {
                Some(waiting) if waiting.load(Ordering::Relaxed) => Poll::Pending,
                _ => Poll::Ready(Err(DbError::AwaitedOutside)),
            },
            Err(panic) => Poll::Ready(Err(panicked(panic.as_ref()))),
        }
    })
    .await;
    drop(running);
    let out = ended??;
    if conn.is_void() {
        let detail = "a body answered Ok although one of its statements had failed";
        return Err(DbError::internal(detail).into());
    }
    Ok(out)
}

fn panicked(panic: &(dyn Any + Send)) -> DbError {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    DbError::internal(format!("a body panicked: {}", text.unwrap_or("without a message")))
}
