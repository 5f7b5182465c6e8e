//! The error cases of the contract, endpoint by endpoint.

use serde_json::{Value, json};

use crate::docs::postman::step::Party::{Nobody, SourcingEntity};
use crate::docs::postman::step::Step;

const NO_LOAN: &str = "00000000-0000-4000-8000-000000000000";

/// Reads that need `customerID`, each with what an unknown one answers.
const OF_A_CUSTOMER: &[(&str, &str, u16)] = &[
    ("Get Eligibility", "/v1/user/eligibility", 400),
    ("User Profile", "/v1/user/profile", 404),
    ("User Activity History", "/v1/user/activity", 404),
];

const OF_A_LOAN: &[(&str, &str)] = &[
    ("Loan Details", "/v1/loan/details"),
    ("Loan Offers", "/v1/loan/offers"),
    ("Get Signed Agreement", "/v1/loan/agreement"),
    ("Loan Repayments", "/v1/loan/repayments"),
];

pub(super) fn steps() -> Vec<Step> {
    [keys(), create(), token(), session(), push(), reads(), lists(), repay()].into_iter().flatten().collect()
}

fn post(name: &str, path: &str, body: &Value) -> Step {
    Step::post(name, SourcingEntity, path, body)
}

fn get(name: &str, path: &str) -> Step {
    Step::get(name, SourcingEntity, path)
}

fn keys() -> Vec<Step> {
    vec![
        Step::get("Without a key", Nobody, "/v1/users").refused(401, "unauthenticated"),
        Step::get("With a key that does not exist", Nobody, "/v1/users")
            .before("pm.request.headers.add({ key: \"x-api-key\", value: \"no-such-key\" });")
            .refused(401, "unauthenticated"),
        Step::get("With the client key", Nobody, "/v1/users")
            .before("pm.request.headers.add({ key: \"x-api-key\", value: pm.variables.get(\"client-api-key\") });")
            .refused(401, "unauthenticated"),
        get("A path that does not exist", "/v1/user/no-such-path").refused(404, "no_such_path"),
        get("A method that is not answered", "/v1/user/create").method("DELETE").refused(405, "wrong_method"),
    ]
}

fn create() -> Vec<Step> {
    const PATH: &str = "/v1/user/create";
    let create =
        |name, customer: Value, mobile: Value| post(name, PATH, &json!({ "customerID": customer, "mobile": mobile }));
    let other = || json!("{{other_customer_id}}");
    let created = json!({ "message": "user created!" });
    let text = |name, content_type, text: &str| Step::raw(name, SourcingEntity, PATH, content_type, text.to_owned());
    vec![
        post("Create User: missing customerID", PATH, &json!({ "mobile": "9999999999" })).refused(403, "missing_field"),
        create("Create User: blank customerID", json!("  "), json!("9999999999")).refused(403, "missing_field"),
        create("Create User: missing mobile number", other(), json!(null)).refused(403, "missing_field"),
        create("Create User: invalid mobile number", other(), json!("12345")).refused(403, "invalid_mobile"),
        create("Create User: customerID of 51 characters", json!("c".repeat(51)), json!("9999999999"))
            .refused(400, "invalid_field")
            .is("error", "customerID cannot exceed 50 characters"),
        create("Create User: a number as customerID", json!(7), json!("9999999999"))
            .refused(400, "invalid_field")
            .test("it names the field", "pm.expect(answer.error).to.match(/^request validation failed: customerID: /)"),
        text("Create User: malformed JSON", "application/json", "{\"customerID\": ").refused(400, "invalid_field"),
        text("Create User: not JSON", "text/plain", "customerID=7").refused(415, "content_type"),
        create("Create User: under a key", other(), json!("9999999999")).once("{{utr}}").is("data", created.clone()),
        create("Create User: under the same key again", other(), json!("9999999999"))
            .once("{{utr}}")
            .is("data", created),
        create("Create User: another under the same key", other(), json!("9876543210"))
            .once("{{utr}}")
            .refused(409, "idempotency_reused"),
    ]
}

fn token() -> Vec<Step> {
    let token = |name, customer: Value| post(name, "/v1/user/token", &json!({ "customerID": customer }));
    vec![
        token("Generate Token: missing customerID", json!(null)).refused(403, "missing_field"),
        token("Generate Token: unknown user", json!("{{other_customer_id}}-unknown")).refused(404, "user_not_found"),
        token("Generate Token: no eligibility", json!("{{other_customer_id}}")).refused(400, "eligibility_missing"),
    ]
}

fn session() -> Vec<Step> {
    const PATH: &str = "/v1/user/session";
    let session = |name, customer: &str| {
        post(name, PATH, &json!({ "customerID": customer, "redirectURL": "https://shop.example/loan" }))
    };
    vec![
        post("Open Session: missing customerID", PATH, &json!({ "redirectURL": "https://shop.example/loan" }))
            .refused(403, "missing_field"),
        post("Open Session: missing redirectURL", PATH, &json!({ "customerID": "{{customer_id}}" }))
            .refused(403, "missing_field"),
        session("Open Session: unknown user", "{{other_customer_id}}-unknown").refused(404, "user_not_found"),
        session("Open Session: no eligibility", "{{other_customer_id}}").refused(400, "eligibility_missing"),
        session("Open Session", "{{customer_id}}")
            .test("it answers a link", "pm.expect(answer.data.url).to.match(/^https?:\\/\\//)"),
    ]
}

fn push() -> Vec<Step> {
    let push = |name, field: &str, value: &str| {
        post(name, "/v1/user/push", &json!({ "customerID": "{{other_customer_id}}", field: value }))
    };
    let unknown = json!({ "customerID": "{{other_customer_id}}-unknown" });
    let other = json!({ "customerID": "{{other_customer_id}}", "pan": "ABCPD0750N", "gstin": "27AAPFU0939F1ZV" });
    vec![
        post("Push Partner Data: missing customerID", "/v1/user/push", &json!({})).refused(403, "missing_field"),
        post("Push Partner Data: unknown user", "/v1/user/push", &unknown).refused(404, "user_not_found"),
        push("Push Partner Data: no PAN", "pan", "ABC")
            .refused(400, "invalid_field")
            .is("error", "Invalid pan, passed value: ABC"),
        push("Push Partner Data: no day", "dob", "09-12-1992").refused(400, "invalid_field"),
        post("Push Partner Data: a GSTIN of another PAN", "/v1/user/push", &other).refused(400, "gstin_not_of_pan"),
    ]
}

fn reads() -> Vec<Step> {
    let mut steps = Vec::new();
    for (name, path, unknown) in OF_A_CUSTOMER {
        steps.push(get(&format!("{name}: missing customerID"), path).refused(403, "missing_field"));
        let path = format!("{path}?customerID={{{{other_customer_id}}}}-unknown");
        steps.push(get(&format!("{name}: unknown user"), &path).refused(*unknown, "user_not_found"));
    }
    for (name, path) in OF_A_LOAN {
        steps.push(get(&format!("{name}: missing loanApplicationID"), path).refused(403, "missing_field"));
        let path = format!("{path}?loanApplicationID={NO_LOAN}");
        steps.push(get(&format!("{name}: unknown loan"), &path).refused(404, "loan_not_found"));
    }
    steps.push(get("Banner: missing customerID", "/v1/user/banner").refused(403, "missing_field"));
    let unknown = "/v1/user/banner?customerID={{other_customer_id}}-unknown";
    steps.push(get("Banner: unknown user", unknown).is("data.banner", "APPLY"));
    steps
}

fn lists() -> Vec<Step> {
    let mut steps = Vec::new();
    for (list, path) in [("List Users", "/v1/users"), ("List Loans", "/v1/loans")] {
        for (what, query) in [
            ("no limit", "limit=0"),
            ("a limit of 501", "limit=501"),
            ("page 0", "page=0"),
            ("no day", "from=2021-02-30&to=2021-03-01"),
            ("an unknown status", "statusText=NO_SUCH_STATUS"),
        ] {
            steps.push(get(&format!("{list}: {what}"), &format!("{path}?{query}")).refused(400, "invalid_field"));
        }
    }
    steps.push(get("List Users: from without to", "/v1/users?from=2021-01-01").refused(400, "invalid_field"));
    steps.push(get("List Users: a day before all", "/v1/users?from=1999-01-01&to=1999-01-01").is("data.total", 0));
    steps
}

fn repay() -> Vec<Step> {
    let whole = json!({
        "loanApplicationID": NO_LOAN, "installmentNum": 1, "amountReceived": 1161, "paymentDate": "2021-02-03 12:00:00",
        "paymentMode": "upi", "transactionID": "{{utr}}-refused",
    });
    let with = |field: &str, value: Value| {
        let mut body = whole.clone();
        body[field] = value;
        body
    };
    let repay = |name: &str, body: &Value| post(name, "/v1/loan/repay", body);
    let mut steps = vec![repay("Repay Loan: unknown loan", &whole).refused(404, "loan_not_found")];
    for field in
        ["loanApplicationID", "installmentNum", "amountReceived", "paymentDate", "paymentMode", "transactionID"]
    {
        let missing = with(field, Value::Null);
        steps.push(repay(&format!("Repay Loan: missing {field}"), &missing).refused(403, "missing_field"));
    }
    let day = with("paymentDate", json!("03-02-2021"));
    steps.push(repay("Repay Loan: no time", &day).refused(400, "invalid_field"));
    let amount = with("amountReceived", json!("1161"));
    steps.push(repay("Repay Loan: an amount as text", &amount).refused(400, "invalid_field"));
    steps
}
