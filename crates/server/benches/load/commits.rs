//! References for writes, of the same store on the same disk, without HTTP: a single row in a durable commit, and a customer.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use qist::dev::build_world;
use qist::wiring::development;
use qist_app::caller::{Caller, KeyOwner};
use qist_app::users::create::CreateUser;
use qist_store::{Body, Conn, Db, DbError, Options, async_trait};

struct Create;

#[async_trait]
impl Body for Create {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        conn.execute_batch("CREATE TABLE commits (id BIGINT PRIMARY KEY, text {text} NOT NULL)").await
    }
}

struct Insert(i64);

#[async_trait]
impl Body for Insert {
    type Out = ();
    type Err = DbError;

    async fn run(&self, conn: &mut Conn<'_>) -> Result<(), DbError> {
        let row = [self.0.into(), "one row that is to be durable".into()];
        conn.execute_one("INSERT INTO commits (id, text) VALUES (?1, ?2)", &row).await
    }
}

/// Single rows a second by so many writers at once: with more than one, the store commits several rows together.
pub async fn rows(url: &str, writers: usize, seconds: u64) -> f64 {
    let db = Db::open(&url.parse().expect("a URL"), Options::default()).await.expect("the reference database");
    db.write(Arc::new(Create)).await.expect("its table");
    let writer = db.clone();
    let rate = repeat(writers, seconds, move |number| {
        let db = writer.clone();
        async move { db.write(Arc::new(Insert(number))).await.expect("a commit") }
    });
    let rate = rate.await;
    db.close().await;
    rate
}

/// Customers a second, by the use case that Create User runs.
pub async fn customers(data: &Path, database_url: Option<&str>, writers: usize, seconds: u64) -> f64 {
    std::fs::create_dir_all(data).expect("a directory");
    let wired = development(data, database_url, "http://localhost").await.expect("a development store");
    wired.store.migrate(wired.app.clock.now()).await.expect("its tables");
    build_world(&wired.app).await.expect("its world");
    let (key, KeyOwner::Server(tenant)) = wired.app.key_owner("dev-acme-server-key").await.expect("a key") else {
        panic!("the key is of another kind")
    };
    let app = wired.app.clone();
    let rate = repeat(writers, seconds, move |number| {
        let (app, create) =
            (app.clone(), CreateUser { customer_id: format!("new-{number}"), mobile: "9876543210".into() });
        async move {
            app.run(Caller::Partner { tenant, key }, create).await.expect("a customer");
        }
    });
    let rate = rate.await;
    wired.store.close().await;
    rate
}

/// How many a second, by so many tasks at once.
async fn repeat<F, R>(tasks: usize, seconds: u64, act: F) -> f64
where
    F: Fn(i64) -> R + Clone + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let next = Arc::new(AtomicI64::new(0));
    let end = Instant::now() + Duration::from_secs(seconds);
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let (act, next) = (act.clone(), Arc::clone(&next));
            tokio::spawn(async move {
                while Instant::now() < end {
                    act(next.fetch_add(1, Ordering::Relaxed)).await;
                }
            })
        })
        .collect();
    for task in running {
        task.await.expect("a task that ended well");
    }
    next.load(Ordering::Relaxed) as f64 / seconds as f64
}
