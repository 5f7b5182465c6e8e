//! A whole server without its sockets: requests go straight to the router, jobs run when the test says so, and time stands
//! still until it is moved.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use qist::dev::PIXEL_PNG;
use qist::reader::Reader;
use qist::wiring::{Pieces, Wired, assemble, sealed};
use qist_app::ports::clock::Clock;
use qist_app::ports::connector::{Connector, Connectors, ProviderKind};
use qist_app::ports::reader::StatementReader;
use qist_app::run::{App, Settings};
use qist_app::webhooks::dispatch::{Dispatch, Next};
use qist_domain::day::Instant;
use qist_http::{Api, RequestInfo, router};
use qist_providers::blobs::local::LocalBlobs;

use qist_providers::client::Reach;
use qist_providers::downloads::HttpDownloads;
use qist_providers::sandbox::Sandbox;
use qist_providers::secrets::KeyedSecrets;
use qist_providers::system::SystemIds;
use qist_providers::trust::Trust;
use qist_providers::webhook::WebhookCourier;
use qist_store::{DbStore, MasterKeys, Options};
use qist_testkit::postgres::TestDatabase;
use serde_json::{Value, json};
use tower::ServiceExt;

pub const ACME: &str = "dev-acme-server-key";
pub const GLOBEX: &str = "dev-globex-server-key";
pub const ACME_CLIENT: &str = "dev-acme-client-key";
pub const GLOBEX_CLIENT: &str = "dev-globex-client-key";
pub const MERIDIAN: &str = "dev-meridian-lender-key";
pub const SAHYADRI: &str = "dev-sahyadri-lender-key";

/// Time that stands still.
pub struct StillClock(AtomicI64);

impl Clock for StillClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl StillClock {
    /// Noon in India on that day.
    pub fn set(&self, day: &str) {
        let noon = Instant::parse_ist(&format!("{day} 12:00:00")).unwrap();
        self.0.store(noon.micros(), Ordering::SeqCst);
    }

    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The sandbox for every kind.
struct Sandboxes;

impl Connectors for Sandboxes {
    fn of(&self, _kind: ProviderKind) -> &dyn Connector {
        &Sandbox
    }
}

pub struct World {
    pub app: App,
    pub clock: Arc<StillClock>,
    pub store: DbStore,
    router: Router,
    _database: Option<TestDatabase>,
    _directory: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub json: Value,
    pub headers: axum::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.json);
        self.json
    }

    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{}", self.json);
        self.json
    }
}

/// A borrower's credentials.
#[derive(Debug, Clone)]
pub struct Borrower {
    pub client_key: &'static str,
    pub token: String,
}

impl World {
    /// The development world without its demo applications, on 2021-01-03 at noon.
    pub async fn new(engine: Engine) -> World {
        let directory = tempfile::tempdir().unwrap();
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(qist_testkit::postgres::database().unwrap()),
        };
        let file = format!("sqlite:{}", directory.path().join("qist.db").display());
        let url = database.as_ref().map_or(file, TestDatabase::url);
        let options = Options { accept_volatile_server: true, ..Options::default() };
        let master = [7_u8; 32];
        let store = DbStore::open(&url.parse().unwrap(), options, MasterKeys::new("test", &master)).await.unwrap();
        let clock = Arc::new(StillClock(AtomicI64::new(0)));
        clock.set("2021-01-03");
        store.migrate(clock.now()).await.unwrap();
        let files = LocalBlobs::open(directory.path().join("files"), clock.now()).unwrap();
        let ticking: Arc<dyn Clock> = clock.clone();
        let Wired { app, store, .. } = assemble(Pieces {
            blobs: sealed(Arc::new(files), &store, &ticking),
            store,
            clock: ticking,
            ids: Arc::new(SystemIds::default()),
            secrets: Arc::new(KeyedSecrets::new(&[9; 32])),
            connectors: Arc::new(Sandboxes),
            courier: Arc::new(WebhookCourier::new(Reach::Anywhere, &Trust::system()).unwrap()),
            reader: Arc::new(Reader::on_threads()),
            downloads: Arc::new(HttpDownloads::new(true, &Trust::system()).unwrap()),
            settings: Settings {
                base_url: "http://qist.test".to_owned(),
                number_prefix: "FB".to_owned(),
                token_seconds: 7 * 86_400,
                development: true,
            },
        });
        qist::dev::build_world(&app).await.unwrap();
        World {
            router: router(Api { app: Arc::new(app.clone()) }),
            app,
            clock,
            store,
            _database: database,
            _directory: directory,
        }
    }

    /// The same world with another reader of bank statements.
    pub fn reading_with(self, reader: Arc<dyn StatementReader>) -> World {
        let app = App { reader, ..self.app.clone() };
        World { router: router(Api { app: Arc::new(app.clone()) }), app, ..self }
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(body.into()).unwrap();
        request.extensions_mut().insert(RequestInfo { client_ip: IpAddr::V4(Ipv4Addr::LOCALHOST) });
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { status, json, headers, bytes }
    }

    pub async fn get(&self, key: &str, path: &str) -> Answer {
        self.send(Method::GET, path, &[("x-api-key", key)], Body::empty()).await
    }

    pub async fn post(&self, key: &str, path: &str, body: Value) -> Answer {
        let headers = [("x-api-key", key), ("content-type", "application/json")];
        self.send(Method::POST, path, &headers, body.to_string()).await
    }

    pub async fn put(&self, key: &str, path: &str, body: Value) -> Answer {
        let headers = [("x-api-key", key), ("content-type", "application/json")];
        self.send(Method::PUT, path, &headers, body.to_string()).await
    }

    pub async fn borrower_get(&self, borrower: &Borrower, path: &str) -> Answer {
        let bearer = format!("Bearer {}", borrower.token);
        self.send(Method::GET, path, &[("x-api-key", borrower.client_key), ("authorization", &bearer)], Body::empty())
            .await
    }

    pub async fn borrower_post(&self, borrower: &Borrower, path: &str, body: Value) -> Answer {
        let bearer = format!("Bearer {}", borrower.token);
        let headers = [
            ("x-api-key", borrower.client_key),
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        self.send(Method::POST, path, &headers, body.to_string()).await
    }

    /// Delivers every webhook that is due, and what becomes due by that.
    pub async fn deliver(&self) {
        let (mut dispatch, mut arrivals) = (Dispatch::default(), Vec::new());
        loop {
            self.app.delivery_turn(&mut dispatch, &mut arrivals).await.unwrap();
            let mut calls = Vec::new();
            while let Next::Send(departure) = dispatch.next(self.clock.now()) {
                calls.push(self.app.deliver(departure));
            }
            if calls.is_empty() {
                return;
            }
            for arrival in futures_util::future::join_all(calls).await {
                dispatch.ended(&arrival);
                arrivals.push(arrival);
            }
        }
    }

    /// Does every job that is due and applies every answer.
    pub async fn settle(&self) {
        while self.app.work().await.unwrap() > 0 {}
    }

    // The steps of a loan's life, with values that succeed unless a test gives others.

    pub async fn customer(&self, customer_id: &str) -> Borrower {
        self.post(ACME, "/v1/user/create", json!({ "customerID": customer_id, "mobile": "9999999999" })).await.ok();
        self.get(ACME, &format!("/v1/user/eligibility?customerID={customer_id}")).await.ok();
        let token = self.post(ACME, "/v1/user/token", json!({ "customerID": customer_id })).await.ok();
        Borrower { client_key: ACME_CLIENT, token: token["data"]["token"].as_str().unwrap().to_owned() }
    }

    pub async fn identify(&self, borrower: &Borrower, pan: &str) {
        let profile =
            json!({ "name": "Amazing User", "email": "username@email.com", "dob": "1992-12-09", "gender": "Male" });
        self.borrower_post(borrower, "/v1/borrower/profile", profile).await.ok();
        let consents = ["bureau_pull", "kyc_verification", "sharing_with_lender"]
            .map(|purpose| json!({ "purpose": purpose, "textVersion": 1 }));
        self.borrower_post(borrower, "/v1/borrower/consents", json!({ "consents": consents })).await.ok();
        self.borrower_post(borrower, "/v1/borrower/pan", json!({ "pan": pan })).await.ok();
        self.settle().await;
    }

    pub async fn apply(&self, borrower: &Borrower, amount: i64) -> String {
        let view = self.borrower_post(borrower, "/v1/borrower/applications", json!({ "amount": amount })).await.ok();
        view["application"]["loanApplicationID"].as_str().unwrap().to_owned()
    }

    pub async fn tell_details(&self, borrower: &Borrower) {
        let form = json!({ "income": "515241", "expenses": "5152", "loanPurpose": "Marriage", "fathersName": "Ram" });
        self.borrower_post(borrower, "/v1/borrower/form", json!({ "form": form })).await.ok();
        let address = json!({
            "line1": "22, 80 Feet Rd", "line2": "Koramangala", "city": "Bengaluru", "pincode": "560095",
            "state": "Karnataka", "residenceType": "Rented",
        });
        self.borrower_post(borrower, "/v1/borrower/address", address).await.ok();
    }

    pub async fn upload(&self, borrower: &Borrower, kind: &str, content_type: &str, file: &[u8]) -> Answer {
        const BOUNDARY: &str = "test-boundary";
        let mut body = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--{BOUNDARY}\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"a.png\"\r\ncontent-type: {content_type}\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let bearer = format!("Bearer {}", borrower.token);
        let multipart = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [
            ("x-api-key", borrower.client_key),
            ("authorization", bearer.as_str()),
            ("content-type", multipart.as_str()),
        ];
        self.send(Method::POST, "/v1/borrower/kyc/documents", &headers, body).await
    }

    pub async fn submit_kyc(&self, borrower: &Borrower) {
        for kind in ["pan_card", "address_proof_front", "selfie"] {
            self.upload(borrower, kind, "image/png", PIXEL_PNG).await.ok();
        }
        self.borrower_post(borrower, "/v1/borrower/kyc/submit", json!({})).await.ok();
        self.settle().await;
    }

    /// A customer whose loan of 6,500 rupees is approved by Meridian.
    pub async fn approved(&self, customer_id: &str) -> (Borrower, String) {
        let borrower = self.customer(customer_id).await;
        self.identify(&borrower, "ABCPD0750N").await;
        let loan = self.apply(&borrower, 6500).await;
        self.tell_details(&borrower).await;
        self.submit_kyc(&borrower).await;
        (borrower, loan)
    }

    /// A token for a customer whose old one, and whose eligibility, have expired.
    pub async fn token_again(&self, borrower: &Borrower, customer_id: &str) -> Borrower {
        self.get(ACME, &format!("/v1/user/eligibility?customerID={customer_id}")).await.ok();
        let token = self.post(ACME, "/v1/user/token", json!({ "customerID": customer_id })).await.ok();
        Borrower { token: token["data"]["token"].as_str().unwrap().to_owned(), ..borrower.clone() }
    }

    pub async fn accept_offer(&self, borrower: &Borrower) {
        let offers = self.borrower_get(borrower, "/v1/borrower/offers").await.ok();
        let offer = offers["offers"][0]["offerID"].clone();
        self.acknowledge(borrower).await;
        self.borrower_post(borrower, "/v1/borrower/offers/accept", json!({ "offerID": offer })).await.ok();
    }

    /// The borrower reads the statement of the first offer.
    pub async fn acknowledge(&self, borrower: &Borrower) {
        let told = self.borrower_get(borrower, "/v1/borrower/kfs").await.ok();
        let told = &told["statements"][0];
        let read = json!({ "offerID": told["offerID"], "proposalNumber": told["proposalNumber"], "language": "hi" });
        self.borrower_post(borrower, "/v1/borrower/kfs/acknowledge", read).await.ok();
    }

    pub async fn add_bank(&self, borrower: &Borrower, account: &str) {
        let bank = json!({
            "accountNumber": account, "ifsc": "HDFC0000123", "bankName": "HDFC Bank", "accountHolderName": "Amazing User",
        });
        self.borrower_post(borrower, "/v1/borrower/bank-account", bank).await.ok();
        self.settle().await;
    }

    pub async fn otp(&self) -> String {
        let messages = self.send(Method::GET, "/dev/messages.json", &[], Body::empty()).await.ok();
        messages["messages"][0]["text"].as_str().unwrap()[..6].to_owned()
    }

    pub async fn sign(&self, borrower: &Borrower) {
        self.borrower_post(borrower, "/v1/borrower/mandate", json!({ "kind": "enach" })).await.ok();
        self.settle().await;
        self.borrower_get(borrower, "/v1/borrower/agreement").await.ok();
        self.borrower_post(borrower, "/v1/borrower/agreement/otp", json!({})).await.ok();
        let otp = self.otp().await;
        self.borrower_post(borrower, "/v1/borrower/agreement/sign", json!({ "otp": otp })).await.ok();
        self.settle().await;
    }

    /// A customer whose loan of 6,500 rupees is signed and waits for its money.
    pub async fn signed(&self, customer_id: &str) -> (Borrower, String) {
        self.signed_with_account(customer_id, "50100100100999").await
    }

    pub async fn signed_with_account(&self, customer_id: &str, account: &str) -> (Borrower, String) {
        let (borrower, loan) = self.approved(customer_id).await;
        self.accept_offer(&borrower).await;
        self.add_bank(&borrower, account).await;
        self.sign(&borrower).await;
        (borrower, loan)
    }

    pub async fn disburse(&self, loan: &str, utr: &str) -> Answer {
        self.post(MERIDIAN, &format!("/v1/lender/applications/{loan}/disburse"), json!({ "utr": utr })).await
    }

    /// A customer whose loan of 6,500 rupees has been paid out.
    pub async fn disbursed(&self, customer_id: &str) -> (Borrower, String) {
        let (borrower, loan) = self.signed(customer_id).await;
        self.disburse(&loan, &format!("UTR-{customer_id}")).await.ok();
        (borrower, loan)
    }

    /// Another key of a lender: another person.
    pub async fn second_person(&self, lender: &str) -> String {
        let owner = qist::dev::key_owner(&self.app, "lender", lender).await.unwrap();
        let command = qist_app::access::keys::CreateKey { owner, fixed: None };
        self.app.run(qist_app::caller::Caller::System, command).await.unwrap().key
    }

    pub fn repayment(&self, loan: &str, installment_num: u32, amount: Value, transaction: &str) -> Value {
        json!({
            "loanApplicationID": loan, "installmentNum": installment_num, "amountReceived": amount,
            "paymentDate": self.app.clock.now().ist_text(), "paymentMode": "upi", "transactionID": transaction,
        })
    }

    pub async fn status(&self, loan: &str) -> String {
        let details = self.get(ACME, &format!("/v1/loan/details?loanApplicationID={loan}")).await.ok();
        details["data"]["status"].as_str().unwrap().to_owned()
    }

    /// The names of a customer's events, in order.
    pub async fn events(&self, customer_id: &str) -> Vec<String> {
        let activity = self.get(ACME, &format!("/v1/user/activity?customerID={customer_id}")).await.ok();
        let history = activity["data"]["userActivityHistory"].as_array().unwrap().clone();
        history.iter().map(|event| event["eventType"].as_str().unwrap().to_owned()).collect()
    }
}

/// One test on both databases.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($world:ident: World) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every exercise needs what stands around it")]
            use super::*;

            async fn exercise($world: $crate::world::World) $body

            #[tokio::test]
            async fn sqlite() {
                exercise($crate::world::World::new($crate::world::Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                exercise($crate::world::World::new($crate::world::Engine::Postgres).await).await;
            }
        }
    )*};
}
