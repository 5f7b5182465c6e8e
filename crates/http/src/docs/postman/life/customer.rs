use serde_json::json;

use crate::docs::postman::step::Party::SourcingEntity;
use crate::docs::postman::step::Step;

/// Ids that no run before has used, so that a run leaves nothing in the way of the next.
const NEW_IDS: &str = "const unique = Date.now().toString(36) + Math.random().toString(36).slice(2, 6);\n\
    pm.collectionVariables.set(\"customer_id\", `postman-${unique}`);\n\
    pm.collectionVariables.set(\"other_customer_id\", `postman-other-${unique}`);\n\
    pm.collectionVariables.set(\"utr\", `UTR${unique.toUpperCase()}`);";

pub(super) fn steps() -> Vec<Step> {
    let customer = json!({ "customerID": "{{customer_id}}", "mobile": "9999999999" });
    vec![
        Step::post("Create User", SourcingEntity, "/v1/user/create", &customer)
            .before(NEW_IDS)
            .is("data", json!({ "message": "user created!" })),
        Step::post("Create User: again", SourcingEntity, "/v1/user/create", &customer).refused(409, "user_exists"),
        Step::post(
            "Generate Token: before eligibility",
            SourcingEntity,
            "/v1/user/token",
            &json!({ "customerID": "{{customer_id}}" }),
        )
        .refused(400, "eligibility_missing"),
        Step::post(
            "Push Partner Data",
            SourcingEntity,
            "/v1/user/push",
            &json!({ "customerID": "{{customer_id}}", "monthlySpend": 4200 }),
        )
        .is("data", json!({ "message": "added" })),
        Step::get("Get Eligibility", SourcingEntity, "/v1/user/eligibility?customerID={{customer_id}}")
            .is("data", json!({ "eligible_amount": 15000, "is_eligible": true })),
        Step::get("Banner: nothing applied for", SourcingEntity, "/v1/user/banner?customerID={{customer_id}}")
            .is("data", json!({ "banner": "APPLY" })),
        Step::post(
            "Generate Token",
            SourcingEntity,
            "/v1/user/token",
            &json!({ "customerID": "{{customer_id}}", "source": "postman" }),
        )
        .test("the token is 64 letters and digits", "pm.expect(answer.data.token).to.match(/^[0-9A-Za-z]{64}$/)")
        .keep("user_token", "data.token"),
        Step::get("User Profile: nothing told yet", SourcingEntity, "/v1/user/profile?customerID={{customer_id}}")
            .is("data.userProfile.status", "USER_TOKEN_ISSUED")
            .is("data.userProfile.mobile", "9999999999")
            .is("data.userProfile.name", "")
            .is("data.userProfile.bureauScore", json!(null))
            .is("data.userProfile.loanApplicationIDs", json!([])),
        Step::get("List Users: this one", SourcingEntity, "/v1/users?customerID={{customer_id}}&limit=5&page=1")
            .is("data.total", 1)
            .test(
                "it is the customer",
                "pm.expect(answer.data.userList[0].customerID).to.eql(pm.collectionVariables.get(\"customer_id\"))",
            )
            .is("data.userList[0].status", "USER_TOKEN_ISSUED"),
    ]
}
