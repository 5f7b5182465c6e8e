//! A server that is killed outright, again and again, while customers are created: the receiver hears of each that was
//! acknowledged.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use qist_testkit::vendor::{Act, Vendor};
use serde_json::{Value, json};
use tokio::sync::Notify;

const QIST: &str = env!("CARGO_BIN_EXE_qist");
const KILLS: usize = 3;
/// Between two kills.
const CUSTOMERS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(60);

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> Server {
        let mut dev = Command::new(QIST);
        dev.args(["dev", "--port", "0", "--json", "--data"]).arg(data);
        let mut process = dev.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        let address = said["base_url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Server { process, address }
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: qist\r\nx-api-key: dev-acme-server-key\r\ncontent-type: application/json\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap_or(Value::Null)
    }
}

impl Drop for Server {
    /// SIGKILL: nothing is finished, nothing given back.
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_outright_has_told_of_every_acknowledged_customer_in_the_end() {
    let told: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let (telling, woken) = (Arc::clone(&told), Arc::new(Notify::new()));
    let waking = Arc::clone(&woken);
    let vendor = Vendor::start(move |_, request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        telling.lock().unwrap().insert(body["customerID"].as_str().unwrap().to_owned());
        waking.notify_one();
        Act::answer(200, "")
    })
    .await
    .unwrap();
    let data = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    for kill in 0..KILLS {
        let server = Server::start(data.path());
        if kill == 0 {
            let made = server.post("/v1/webhooks", &json!({ "url": vendor.url, "eventTypes": ["user_created"] }));
            assert_eq!(made["webhook"]["state"], "enabled", "{made}");
        }
        for number in 0..CUSTOMERS {
            let customer = format!("killed-{kill}-{number}");
            server.post("/v1/user/create", &json!({ "customerID": customer, "mobile": "9999999999" }));
            acknowledged.insert(customer);
        }
        // Dropped here, while the last of them are on their way.
    }
    let _server = Server::start(data.path());
    let all_told = async {
        while !told.lock().unwrap().is_superset(&acknowledged) {
            woken.notified().await;
        }
    };
    let in_time = tokio::time::timeout(PATIENCE, all_told).await;
    let told = told.lock().unwrap();
    assert!(in_time.is_ok(), "not told of {:?}", acknowledged.difference(&told).collect::<Vec<_>>());
}
