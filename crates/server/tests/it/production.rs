//! The binary as an operator runs it: from an empty disk to a served call, and down again.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

const QIST: &str = env!("CARGO_BIN_EXE_qist");
const KEYS: [&str; 3] = [
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
    "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f",
];

/// A deployment's configuration: a file, and what differs in the environment.
struct Deployment {
    directory: tempfile::TempDir,
    environment: BTreeMap<&'static str, String>,
}

impl Deployment {
    fn new() -> Deployment {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name).display().to_string();
        let file = format!("[files]\nkind = \"local\"\ndirectory = \"{}\"\n", at("files"));
        std::fs::write(directory.path().join("qist.toml"), file).unwrap();
        let environment = BTreeMap::from([
            ("QIST_CONFIG", at("qist.toml")),
            ("QIST_LISTEN", "127.0.0.1:0".to_owned()),
            ("QIST_BASE_URL", "https://lend.example".to_owned()),
            ("QIST_DATABASE_URL", format!("sqlite:{}", at("qist.db"))),
            ("QIST_ENVIRONMENT", "uat".to_owned()),
            ("QIST_MASTER_KEY", KEYS[0].to_owned()),
            ("QIST_MASTER_KEY_ID", "first".to_owned()),
            ("QIST_SECRET_KEY", KEYS[1].to_owned()),
        ]);
        Deployment { directory, environment }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(QIST);
        command.args(words).envs(&self.environment).env("RUST_LOG", "info");
        command
    }

    fn output(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// What a command prints; it must succeed.
    #[track_caller]
    fn run(&self, words: &[&str]) -> String {
        let output = self.output(words);
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// What a command complains of; it must fail.
    #[track_caller]
    fn refused(&self, words: &[&str]) -> String {
        let output = self.output(words);
        assert!(!output.status.success(), "{words:?} succeeded");
        String::from_utf8(output.stderr).unwrap()
    }

    fn set_up(&self) -> String {
        self.run(&["migrate"]);
        self.run(&["admin", "create-sourcing-entity", "acme", "Acme"]);
        self.run(&["admin", "create-lender", "meridian", "Meridian"]);
        self.run(&["admin", "create-lender", "sahyadri", "Sahyadri"]);
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/demo/acme.json");
        self.run(&["admin", "create-programme", fixture.to_str().unwrap()]);
        let shown = self.run(&["admin", "create-key", "server", "acme"]);
        shown.split_whitespace().next().unwrap().to_owned()
    }

    fn serve(&self) -> Server {
        let mut process = self.command(&["serve"]).stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut text = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "the server ended: {text}");
            text.push_str(&line);
            let said: Value = serde_json::from_str(&line).unwrap();
            if let Some(address) = said["address"].as_str() {
                break address.to_owned();
            }
        };
        Server { process, log, text, address }
    }
}

struct Server {
    process: Child,
    log: BufReader<std::process::ChildStderr>,
    text: String,
    address: String,
}

impl Server {
    fn call(&self, method: &str, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: qist\r\nconnection: close\r\nx-api-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    /// Ends it as a supervisor would; answers everything that it logged.
    fn stop(mut self) -> String {
        Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        self.log.read_to_string(&mut self.text).unwrap();
        assert!(self.process.wait().unwrap().success(), "{}", self.text);
        std::mem::take(&mut self.text)
    }
}

/// A test that fails leaves no process behind.
impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.process.kill();
    }
}

#[test]
fn an_empty_disk_becomes_a_server_that_logs_no_personal_data() {
    let deployment = Deployment::new();
    let before = deployment.refused(&["serve"]);
    assert!(before.contains("qist migrate"), "{before}");
    let key = deployment.set_up();
    assert!(deployment.run(&["admin", "list-keys", "acme"]).contains("never used"));
    let server = deployment.serve();
    assert_eq!(server.call("GET", "/readyz", "", &Value::Null).0, 200);
    let canary = json!({ "customerID": "canary-customer", "mobile": "9123498765" });
    assert_eq!(server.call("POST", "/v1/user/create", &key, &canary).0, 200);
    let pushed = json!({
        "customerID": "canary-customer", "name": "Canary Person", "pan": "CNRPC1234Y", "email": "canary@bird.example",
        "dob": "1990-02-03",
    });
    let (status, answer) = server.call("POST", "/v1/user/push", &key, &pushed);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(server.call("GET", "/v1/user/profile?customerID=canary-customer", &key, &Value::Null).0, 200);
    assert_eq!(
        server.call("GET", "/v1/user/profile?customerID=canary-customer", "wrong-canary-key", &Value::Null).0,
        401
    );
    assert_eq!(server.call("GET", "/dev/messages.json", "", &Value::Null).0, 404);
    let log = server.stop();
    assert!(log.lines().count() >= 6, "{log}");
    for secret in ["canary", "Canary", "9123498765", "CNRPC1234Y", "1990-02-03", key.as_str()] {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
    let file = std::fs::read(deployment.directory.path().join("qist.db")).unwrap();
    for sealed in ["CNRPC1234Y", "canary@bird.example", "1990-02-03", key.as_str()] {
        assert!(!file.windows(sealed.len()).any(|window| window == sealed.as_bytes()), "{sealed} is in the database");
    }
    assert!(deployment.run(&["verify"]).contains("0 differences"));
}

#[test]
fn a_revoked_key_and_a_development_key_open_nothing() {
    let deployment = Deployment::new();
    let key = deployment.set_up();
    let listed = deployment.run(&["admin", "list-keys", "acme"]);
    let id = listed.split_whitespace().next().unwrap();
    deployment.run(&["admin", "revoke-key", id]);
    let server = deployment.serve();
    for key in [key.as_str(), "dev-acme-server-key"] {
        assert_eq!(server.call("GET", "/v1/users", key, &Value::Null).0, 401);
    }
    server.stop();
}

#[test]
fn keys_are_rotated_by_command_and_old_ones_can_be_dropped() {
    let mut deployment = Deployment::new();
    let key = deployment.set_up();
    let server = deployment.serve();
    let user = json!({ "customerID": "c1", "mobile": "9123498765" });
    assert_eq!(server.call("POST", "/v1/user/create", &key, &user).0, 200);
    let pushed = json!({ "customerID": "c1", "pan": "CNRPC1234Y" });
    assert_eq!(server.call("POST", "/v1/user/push", &key, &pushed).0, 200);
    server.stop();
    // The new key with the old one beside it, then the new one alone.
    let config = deployment.directory.path().join("qist.toml");
    let file = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("older_master_keys = [{{ id = \"first\", key = \"{}\" }}]\n{file}", KEYS[0]))
        .unwrap();
    deployment.environment.insert("QIST_MASTER_KEY", KEYS[2].to_owned());
    deployment.environment.insert("QIST_MASTER_KEY_ID", "second".to_owned());
    assert!(deployment.run(&["admin", "rotate-master-key"]).ends_with("data keys wrapped anew"));
    std::fs::write(&config, &file).unwrap();
    assert!(deployment.run(&["admin", "rotate-data-keys"]).ends_with("values encrypted anew"));
    let server = deployment.serve();
    let (status, profile) = server.call("GET", "/v1/user/profile?customerID=c1", &key, &Value::Null);
    assert_eq!((status, profile["data"]["userProfile"]["pan"].as_str()), (200, Some("CNRPC1234Y")), "{profile}");
    server.stop();
    // A master key that opens nothing is found at start.
    deployment.environment.insert("QIST_MASTER_KEY", KEYS[0].to_owned());
    let refused = deployment.refused(&["serve"]);
    assert!(refused.contains("key"), "{refused}");
}

#[test]
fn a_development_database_is_not_served_in_production() {
    let development = tempfile::tempdir().unwrap();
    let data = development.path().to_str().unwrap();
    let seeded = Command::new(QIST).args(["seed", "--data", data, "--users", "1", "--loans", "1"]).output().unwrap();
    assert!(seeded.status.success());
    let read = |name: &str| std::fs::read_to_string(development.path().join(name)).unwrap().trim().to_owned();
    let mut deployment = Deployment::new();
    deployment.environment.insert("QIST_DATABASE_URL", format!("sqlite:{data}/qist.db"));
    deployment.environment.insert("QIST_MASTER_KEY", read("master.key"));
    deployment.environment.insert("QIST_MASTER_KEY_ID", "dev".to_owned());
    deployment.environment.insert("QIST_SECRET_KEY", read("secret.key"));
    let refused = deployment.refused(&["serve"]);
    assert!(refused.contains("dev-acme-server-key"), "{refused}");
}
