//! What a development server says when it is up: one screen for people, one line for scripts.

use std::time::Duration;

use serde_json::json;

use super::{BANK_CREDENTIALS, CREDENTIALS};

/// Prints where the server is and how to try it.
pub fn print(base_url: &str, took: Duration, as_json: bool) {
    if as_json {
        let keys: serde_json::Map<_, _> = CREDENTIALS
            .iter()
            .map(|credential| (format!("{}_{}", credential.owner, credential.kind), json!(credential.key)))
            .chain(BANK_CREDENTIALS.iter().flat_map(|credential| {
                let named = |kind: &str| format!("{}_bankconnect_{kind}", credential.owner);
                [(named("key"), json!(credential.key)), (named("hash"), json!(credential.server_hash))]
            }))
            .collect();
        let line = json!({
            "base_url": base_url,
            "docs_url": format!("{base_url}/docs"),
            "messages_url": format!("{base_url}/dev/messages"),
            "keys": keys,
            "ready_millis": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
        println!("{line}");
        return;
    }
    println!("\nQist is serving (ready in {} ms)\n", took.as_millis());
    println!("  API          {base_url}");
    println!("  Try it       {base_url}/docs");
    println!("  Messages     {base_url}/dev/messages   (OTPs that borrowers would receive)\n");
    for credential in CREDENTIALS {
        println!("  {:<9} {:<7} {}", credential.owner, credential.kind, credential.key);
    }
    for credential in BANK_CREDENTIALS {
        println!("  {:<9} BankConnect {}, server-hash {}", credential.owner, credential.key, credential.server_hash);
    }
    println!("\nThree calls to try:\n");
    println!("  curl -s {base_url}/v1/user/create -H 'x-api-key: dev-acme-server-key' \\");
    println!("    -H 'content-type: application/json' -d '{{\"customerID\":\"c1\",\"mobile\":\"9999999999\"}}'\n");
    println!("  curl -s '{base_url}/v1/user/eligibility?customerID=c1' -H 'x-api-key: dev-acme-server-key'\n");
    println!("  curl -s '{base_url}/v1/loans?limit=20' -H 'x-api-key: dev-acme-server-key'\n");
    println!("Ctrl-C stops it.");
}
