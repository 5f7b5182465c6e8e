//! Another sourcing entity: this loan does not exist for it, and its own programme refuses what the first one's allows.

use serde_json::{Value, json};

use crate::docs::postman::step::Party::OtherEntity;
use crate::docs::postman::step::Step;

const CUSTOMER: &str = "customerID={{customer_id}}";
const LOAN: &str = "loanApplicationID={{loan_application_id}}";

pub(super) fn steps() -> Vec<Step> {
    [sees_nothing(), has_its_own_rules()].into_iter().flatten().collect()
}

fn get(name: &str, path: &str, query: &str) -> Step {
    Step::get(name, OtherEntity, &format!("{path}?{query}"))
}

fn post(name: &str, path: &str, body: &Value) -> Step {
    Step::post(name, OtherEntity, path, body)
}

fn sees_nothing() -> Vec<Step> {
    let cancel = json!({ "loanApplicationID": "{{loan_application_id}}", "reason": "not mine" });
    vec![
        get("User Profile: of a stranger", "/v1/user/profile", CUSTOMER).refused(404, "user_not_found"),
        get("User Activity History: of a stranger", "/v1/user/activity", CUSTOMER).refused(404, "user_not_found"),
        post("Generate Token: for a stranger", "/v1/user/token", &json!({ "customerID": "{{customer_id}}" }))
            .refused(404, "user_not_found"),
        get("List Users: no strangers", "/v1/users", CUSTOMER).is("data.total", 0),
        get("List Loans: no strangers", "/v1/loans", CUSTOMER).is("data.total", 0),
        get("Loan Details: of a stranger", "/v1/loan/details", LOAN).refused(404, "loan_not_found"),
        get("Loan Offers: of a stranger", "/v1/loan/offers", LOAN).refused(404, "loan_not_found"),
        get("Get Signed Agreement: of a stranger", "/v1/loan/agreement", LOAN).refused(404, "loan_not_found"),
        get("Loan Repayments: of a stranger", "/v1/loan/repayments", LOAN).refused(404, "loan_not_found"),
        post("Cancel Loan: of a stranger", "/v1/loan/cancel", &cancel).refused(404, "loan_not_found"),
    ]
}

fn has_its_own_rules() -> Vec<Step> {
    let customer = json!({ "customerID": "{{customer_id}}", "mobile": "9999999999" });
    let poor = json!({ "customerID": "{{customer_id}}", "monthlyTurnover": 1000 });
    let session = json!({ "customerID": "{{customer_id}}", "redirectURL": "https://shop.example/loan" });
    vec![
        post("Create User: the same id is free here", "/v1/user/create", &customer),
        get("Get Eligibility: data are missing", "/v1/user/eligibility", CUSTOMER)
            .refused(409, "eligibility_data_missing")
            .test("it names them", "pm.expect(answer.error).to.include(\"monthlyTurnover\")"),
        post("Push Partner Data: too little turnover", "/v1/user/push", &poor),
        get("Get Eligibility: none", "/v1/user/eligibility", CUSTOMER)
            .is("data", json!({ "eligible_amount": 0, "is_eligible": false })),
        post("Generate Token: not eligible", "/v1/user/token", &json!({ "customerID": "{{customer_id}}" }))
            .refused(403, "not_eligible"),
        post("Open Session: not eligible", "/v1/user/session", &session).refused(403, "not_eligible"),
        post("Repay Loan: not enabled", "/v1/loan/repay", &json!({})).refused(403, "repayment_disabled"),
    ]
}
