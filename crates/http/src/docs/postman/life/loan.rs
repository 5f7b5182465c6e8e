use serde_json::{Value, json};

use crate::docs::postman::step::Party::{Borrower, Lender, SourcingEntity};
use crate::docs::postman::step::Step;

const DETAILS: &str = "/v1/loan/details?loanApplicationID={{loan_application_id}}";
const REPAYMENTS: &str = "/v1/loan/repayments?loanApplicationID={{loan_application_id}}";
const DISBURSE: &str = "/v1/lender/applications/{{loan_application_id}}/disburse";

/// Wall time in India.
const NOW: &str =
    "pm.variables.set(\"now_ist\", new Date(Date.now() + 19800000).toISOString().slice(0, 19).replace(\"T\", \" \"));";

/// The events of this life, in their order. Others may stand between them.
const STORY: &[&str] = &[
    "user_created",
    "eligibility_calculated",
    "profile_updated",
    "bureau_consent_given",
    "pan_info_updated",
    "user_qualified",
    "loan_application_created",
    "form_updated",
    "address_updated",
    "kyc_submitted",
    "kyc_verified",
    "loan_approved",
    "loan_offer_accepted",
    "bank_details_added",
    "bank_details_verified",
    "enach_started",
    "enach_completed",
    "loan_esigned",
    "loan_signed_agreement_generated",
    "loan_disbursed",
    "emi_paid",
    "emi_payment_initiated",
    "emi_paid",
    "emi_paid",
    "emi_paid",
    "emi_paid",
    "emi_paid",
    "loan_closed",
];

pub(super) fn pay_out() -> Vec<Step> {
    let again = "pm.expect(answer.referenceID).to.eql(pm.collectionVariables.get(\"disbursal_reference\"))";
    vec![
        Step::post("Disburse: without its UTR", Lender, DISBURSE, &json!({}))
            .refused(400, "missing_field")
            .is("field", "utr"),
        Step::post("Disburse", Lender, DISBURSE, &json!({ "utr": "{{utr}}" }))
            .is("status", "DISBURSED")
            .keep("disbursal_reference", "referenceID"),
        Step::post("Disburse: again", Lender, DISBURSE, &json!({ "utr": "{{utr}}" })).test("it is the same one", again),
        Step::get("Loan Details: paid out", SourcingEntity, DETAILS)
            .is("data.status", "DISBURSED")
            .is("data.userDetails.residenceType", "Rented")
            .is("data.userDetails.currentAddress.pincode", "560095")
            .is("data.userDetails.loanFormData.income", "515241")
            .is("data.bankDetails.accountNumber", "50100100100003")
            .is("data.bankDetails.ifscCode", "HDFC0000123"),
        Step::get("Loan Repayments: nothing paid", SourcingEntity, REPAYMENTS)
            .test(
                "six instalments of 1161",
                "pm.expect(answer.data.emiList.map((emi) => emi.amount)).to.eql(Array(6).fill(1161))",
            )
            .test(
                "in their order",
                "pm.expect(answer.data.emiList.map((emi) => emi.installmentNum)).to.eql([1, 2, 3, 4, 5, 6])",
            )
            .is("data.emiList[0].status", "UNPAID")
            .is("data.emiList[0].paidDate", "")
            .is("data.emiList[0].totalPayable", 1161)
            .is("data.excessAmount", 0),
    ]
}

fn repayment(installment_num: Value, amount: Value, transaction: &str) -> Value {
    json!({
        "loanApplicationID": "{{loan_application_id}}", "installmentNum": installment_num, "amountReceived": amount,
        "paymentDate": "{{now_ist}}", "paymentMode": "upi", "transactionID": transaction,
    })
}

fn repay_with(name: &str, body: &Value) -> Step {
    Step::post(name, SourcingEntity, "/v1/loan/repay", body).before(NOW)
}

pub(super) fn repay() -> Vec<Step> {
    // The time of payment is a part of what a transaction stands for, so the second call has to say the first one's.
    let first = |amount: Value| {
        let mut body = repayment(json!(1), amount, "{{utr}}-1");
        body["paymentDate"] = json!("{{first_paid_at}}");
        body
    };
    let first_time = "pm.collectionVariables.set(\"first_paid_at\", pm.variables.get(\"now_ist\"));";
    let again = "pm.expect(answer.data.referenceID).to.eql(pm.collectionVariables.get(\"repayment_reference\"))";
    vec![
        repay_with("Repay Loan: the first instalment", &first(json!(1161.0))).before(first_time).keep("repayment_reference", "data.referenceID"),
        repay_with("Repay Loan: the same again", &first(json!(1161.0))).test("it is the same one", again),
        repay_with("Repay Loan: its transaction for another amount", &first(json!(1160.0))).refused(409, "transaction_reused"),
        repay_with("Repay Loan: an instalment that is not there", &repayment(json!(99), json!(1161), "{{utr}}-99"))
            .refused(404, "installment_not_found"),
        repay_with("Repay Loan: less than a paisa", &repayment(json!(2), json!(1161.001), "{{utr}}-2")).refused(400, "invalid_field"),
        Step::post("Payment: the second instalment, by UPI", Borrower, "/v1/borrower/payments", &json!({ "installmentNum": 2, "method": "upi" }))
            .is("status", "PENDING")
            .is("amount", 1161),
        Step::get("Wait: the payment settles", SourcingEntity, REPAYMENTS)
            .until("answer.data.emiList[1].status === \"PAID\"")
            .is("data.emiList[1].status", "PAID")
            .after("pm.collectionVariables.set(\"unpaid\", JSON.stringify(answer.data.emiList.filter((emi) => emi.status !== \"PAID\")));"),
        next_instalment(),
        Step::get("Loan Repayments: all paid", SourcingEntity, REPAYMENTS)
            .test("nothing is open", "pm.expect(answer.data.emiList.map((emi) => emi.status)).to.eql(Array(6).fill(\"PAID\"))")
            .is("data.dpd", 0),
        Step::get("Loan Details: closed", SourcingEntity, DETAILS).is("data.status", "CLOSED"),
        repay_with("Repay Loan: nothing is owed any more", &repayment(json!(6), json!(1161), "{{utr}}-after")).refused(409, "loan_closed"),
    ]
}

/// Comes back to itself until every instalment that was unpaid has been paid.
fn next_instalment() -> Step {
    let body = repayment(json!("installment"), json!("amount"), "{{utr}}-{{installment_num}}").to_string();
    let body = body.replace("\"installment\"", "{{installment_num}}").replace("\"amount\"", "{{amount}}");
    Step::raw("Repay Loan: the next instalment", SourcingEntity, "/v1/loan/repay", "application/json", body)
        .before(NOW)
        .before("const [emi] = JSON.parse(pm.collectionVariables.get(\"unpaid\"));")
        .before("pm.collectionVariables.set(\"installment_num\", emi.installmentNum);")
        .before("pm.collectionVariables.set(\"amount\", emi.totalPayable);")
        .after("const left = JSON.parse(pm.collectionVariables.get(\"unpaid\")).slice(1);")
        .after("pm.collectionVariables.set(\"unpaid\", JSON.stringify(left));")
        .after("if (left.length > 0) pm.execution.setNextRequest(pm.info.requestId);")
}

pub(super) fn look_back() -> Vec<Step> {
    let story = Value::from(STORY);
    let in_order = format!(
        "{{\n    const told = answer.data.userActivityHistory.map((event) => event.eventType);\n    \
         let from = 0;\n    for (const event of {story}) {{\n      const at = told.indexOf(event, from);\n      \
         pm.expect(at, `${{event}} after ${{told.slice(0, from)}}`).to.be.at.least(0);\n      from = at + 1;\n    }}\n}}"
    );
    let texts = "pm.expect(answer.data.userActivityHistory.every((event) => typeof event.eventDescription === \"string\")).to.be.true";
    let times = "pm.expect(answer.data.userActivityHistory.every((event) => /^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d$/.test(event.loggedAt))).to.be.true";
    vec![
        Step::get("User Activity History", SourcingEntity, "/v1/user/activity?customerID={{customer_id}}")
            .test("tells the whole story in its order", &in_order)
            .test("every description is a text", texts)
            .test("every time is one", times)
            .is("data.userActivityHistory[0].entityType", "sourcing_entity")
            .is("data.userActivityHistory[0].loanApplicationID", ""),
        Step::get("User Profile: all told", SourcingEntity, "/v1/user/profile?customerID={{customer_id}}")
            .is("data.userProfile.status", "USER_QUALIFIED")
            .is("data.userProfile.name", "Amazing User")
            .is("data.userProfile.dob", "1992-12-09")
            .is("data.userProfile.pan", "ABCPD0750N")
            .is("data.userProfile.bureauStatus", "completed")
            .test("the loan is in it", "pm.expect(answer.data.userProfile.loanApplicationIDs).to.eql([pm.collectionVariables.get(\"loan_application_id\")])"),
        Step::get("Banner: closed", SourcingEntity, "/v1/user/banner?customerID={{customer_id}}").is("data.banner", "CLOSED"),
        Step::get("List Loans: this one", SourcingEntity, "/v1/loans?customerID={{customer_id}}&statusText=CLOSED&limit=10&page=1")
            .is("data.total", 1)
            .is("data.loans[0].status", "CLOSED")
            .test("it is the loan", "pm.expect(answer.data.loans[0].loanApplicationID).to.eql(pm.collectionVariables.get(\"loan_application_id\"))"),
        Step::get("List Loans: in another status", SourcingEntity, "/v1/loans?customerID={{customer_id}}&statusText=CANCELLED").is("data.total", 0),
        Step::get("List Loans: a page past the end", SourcingEntity, "/v1/loans?customerID={{customer_id}}&page=2")
            .is("data.total", 1)
            .is("data.loans", json!([])),
        Step::get("List Users: qualified", SourcingEntity, "/v1/users?customerID={{customer_id}}&statusText=USER_QUALIFIED&mobile=99999")
            .is("data.total", 1)
            .is("data.userList[0].name", "Amazing User"),
        Step::get("Lender: its applications", Lender, "/v1/lender/applications?customerID={{customer_id}}").is("total", 1),
    ]
}

pub(super) fn cancel() -> Vec<Step> {
    let cancel = |name, loan: &str, reason| {
        let body = json!({ "loanApplicationID": loan, "reason": reason });
        Step::post(name, SourcingEntity, "/v1/loan/cancel", &body)
    };
    let reason = Some("the customer changed their mind");
    vec![
        cancel("Cancel Loan: a closed one", "{{loan_application_id}}", reason).refused(409, "loan_illegal_move"),
        Step::post("Apply: once more", Borrower, "/v1/borrower/applications", &json!({ "amount": 5000 }))
            .keep("second_loan_id", "application.loanApplicationID"),
        cancel("Cancel Loan: without a reason", "{{second_loan_id}}", None).refused(403, "missing_field"),
        cancel("Cancel Loan", "{{second_loan_id}}", reason).is("data", json!({ "status": "CANCELLED" })),
        cancel("Cancel Loan: again", "{{second_loan_id}}", reason).refused(409, "loan_illegal_move"),
    ]
}
