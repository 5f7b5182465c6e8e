use serde_json::{Value, json};

use crate::docs::postman::step::Party::{Borrower, Lender, Nobody, SourcingEntity};
use crate::docs::postman::step::Step;

/// Any file will do for a sandbox, so long as its bytes say that it is a PDF. Being plain text, it travels in the collection.
const DOCUMENT: &str = "%PDF-1.4\r\n1 0 obj << /Type /Catalog >> endobj\r\ntrailer << /Root 1 0 R >>\r\n%%EOF";

const BOUNDARY: &str = "qist-postman";

/// Keeps the consents that are still to be given, as the body of the next call.
const KEEP_CONSENTS: &str = "pm.collectionVariables.set(\"consents\", JSON.stringify(answer.texts.filter((text) => text.required)\
    .map(({ purpose, textVersion }) => ({ purpose, textVersion }))));";

/// The newest message to this borrower begins with the code.
const KEEP_OTP: &str = "pm.collectionVariables.set(\"otp\", answer.messages.find((message) => \
    message.to.endsWith(\"9999999999\")).text.slice(0, 6));";

/// Another code than the one that was sent.
const WRONG_OTP: &str =
    "pm.variables.set(\"wrong_otp\", pm.collectionVariables.get(\"otp\") === \"111111\" ? \"222222\" : \"111111\");";

fn step(name: &str, path: &str, body: &Value, next: &str) -> Step {
    Step::post(name, Borrower, path, body).is("next.step", next)
}

fn wait(name: &str, next: &str) -> Step {
    Step::get(name, Borrower, "/v1/borrower/journey")
        .until(&format!("answer.next.step === {next:?}"))
        .is("next.step", next)
}

fn upload(kind: &str) -> Step {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n{kind}\r\n--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{kind}.pdf\"\r\nContent-Type: application/pdf\r\n\r\n\
         {DOCUMENT}\r\n--{BOUNDARY}--\r\n"
    );
    let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let kinds = "answer.application.documents.map((document) => document.kind)";
    Step::raw(&format!("Upload: {kind}"), Borrower, "/v1/borrower/kyc/documents", &content_type, body)
        .test("it is there", &format!("pm.expect({kinds}).to.include({kind:?})"))
        .keep("document_id", "application.documents[0].documentID")
}

pub(super) fn apply() -> Vec<Step> {
    let profile =
        json!({ "name": "Amazing User", "email": "username@email.com", "dob": "1992-12-09", "gender": "Male" });
    let form = json!({ "form": {
        "income": "515241", "expenses": "5152", "loanPurpose": "Marriage", "fathersName": "Ram", "dependents": "0",
        "maritalStatus": "Unmarried", "reference1Contact": "+919999999999", "reference1Relationship": "Father",
    } });
    let address = json!({
        "line1": "22, 80 Feet Rd", "line2": "Koramangala", "city": "Bengaluru", "pincode": "560095",
        "state": "Karnataka", "residenceType": "Rented",
    });
    vec![
        Step::get("Journey: where it begins", Borrower, "/v1/borrower/journey").is("next.step", "profile"),
        Step::post("PAN: out of order", Borrower, "/v1/borrower/pan", &json!({ "pan": "ABCPD0750N" }))
            .refused(409, "step_out_of_order"),
        step("Profile", "/v1/borrower/profile", &profile, "consents"),
        Step::get("Consents: what is asked", Borrower, "/v1/borrower/consents").after(KEEP_CONSENTS),
        Step::raw(
            "Consents: given",
            Borrower,
            "/v1/borrower/consents",
            "application/json",
            "{\"consents\": {{consents}}}".into(),
        )
        .is("next.step", "pan"),
        Step::post("PAN: not one", Borrower, "/v1/borrower/pan", &json!({ "pan": "ABC" }))
            .refused(400, "invalid_field")
            .is("field", "pan"),
        Step::post("PAN", Borrower, "/v1/borrower/pan", &json!({ "pan": "ABCPD0750N" })),
        wait("Wait: the bureau", "apply"),
        Step::post(
            "Push Partner Data: too late",
            SourcingEntity,
            "/v1/user/push",
            &json!({ "customerID": "{{customer_id}}" }),
        )
        .refused(406, "journey_started"),
        Step::post("Apply: above the limit", Borrower, "/v1/borrower/applications", &json!({ "amount": 15000.01 }))
            .refused(400, "amount_above_limit"),
        step("Apply", "/v1/borrower/applications", &json!({ "amount": 6500 }), "form")
            .keep("loan_application_id", "application.loanApplicationID"),
        Step::post("Apply: again", Borrower, "/v1/borrower/applications", &json!({ "amount": 6500 }))
            .refused(409, "loan_open"),
        Step::get(
            "Loan Details: applied",
            SourcingEntity,
            "/v1/loan/details?loanApplicationID={{loan_application_id}}",
        )
        .is("data.status", "FRESH_LOAN")
        .is("data.appliedLoanAmount", 6500)
        .is("data.bankDetails", json!({}))
        .test("the number is readable", "pm.expect(answer.data.loanApplicationNum).to.match(/^[A-Z]+[0-9]{16}$/)"),
        Step::get(
            "Loan Offers: too early",
            SourcingEntity,
            "/v1/loan/offers?loanApplicationID={{loan_application_id}}",
        )
        .refused(409, "offers_not_ready"),
        Step::get("Form: its fields", Borrower, "/v1/borrower/form"),
        step("Form", "/v1/borrower/form", &form, "address"),
        step("Address", "/v1/borrower/address", &address, "kyc"),
        Step::order("KYC: nothing uploaded", Borrower, "/v1/borrower/kyc/submit").refused(409, "kyc_document_missing"),
        upload("pan_card"),
        upload("address_proof_front"),
        upload("selfie"),
        Step::order("KYC: submitted", Borrower, "/v1/borrower/kyc/submit"),
        wait("Wait: the documents and the decision", "offer"),
    ]
}

pub(super) fn choose() -> Vec<Step> {
    vec![
        offers("Loan Offers", "offered").keep("offer_id", "data[0].offerID"),
        Step::get("My Offers", Borrower, "/v1/borrower/offers").test(
            "they are the same",
            "pm.expect(answer.offers[0].offerID).to.eql(pm.collectionVariables.get(\"offer_id\"))",
        ),
        Step::post(
            "Accept Offer: the statement is unread",
            Borrower,
            "/v1/borrower/offers/accept",
            &json!({ "offerID": "{{offer_id}}" }),
        )
        .refused(409, "kfs_not_acknowledged"),
        Step::get("Key Facts Statements", SourcingEntity, "/v1/loan/kfs?loanApplicationID={{loan_application_id}}")
            .is("data[0].figures.netDisbursed", 5674)
            .is("data[0].figures.apr", 74.35)
            .is("data[0].acknowledged", Value::Null),
        Step::get("My Key Facts Statements", Borrower, "/v1/borrower/kfs")
            .keep("proposal_number", "statements[0].proposalNumber")
            .keep("kfs_pdf_url", "statements[0].pdfURL"),
        Step::get("Key Facts Statement: opened without a key", Nobody, "{{kfs_pdf_url}}").opens_pdf(),
        step(
            "Acknowledge Key Facts Statement",
            "/v1/borrower/kfs/acknowledge",
            &json!({ "offerID": "{{offer_id}}", "proposalNumber": "{{proposal_number}}", "language": "hi" }),
            "offer",
        ),
        step("Accept Offer", "/v1/borrower/offers/accept", &json!({ "offerID": "{{offer_id}}" }), "bank_account"),
        offers("Loan Offers: one accepted", "offer_accepted"),
    ]
}

pub(super) fn sign() -> Vec<Step> {
    // The sandbox takes its time with an account number that ends so, and the wait for it has something to wait for.
    let bank = json!({
        "accountNumber": "50100100100003", "ifsc": "HDFC0000123", "bankName": "HDFC Bank", "accountHolderName": "Amazing User",
    });
    vec![
        Step::post("Bank Account", Borrower, "/v1/borrower/bank-account", &bank),
        wait("Wait: the penny drop", "mandate"),
        Step::post("Mandate", Borrower, "/v1/borrower/mandate", &json!({ "kind": "enach" })),
        wait("Wait: the mandate", "sign"),
        Step::get(
            "Get Signed Agreement: not signed",
            SourcingEntity,
            "/v1/loan/agreement?loanApplicationID={{loan_application_id}}",
        )
        .refused(409, "agreement_not_ready"),
        Step::order("OTP: the agreement is unread", Borrower, "/v1/borrower/agreement/otp")
            .refused(409, "step_out_of_order"),
        Step::get("Agreement: the draft", Borrower, "/v1/borrower/agreement").keep("agreement_url", "url"),
        Step::get("Agreement: opened without a key", Nobody, "{{agreement_url}}").opens_pdf(),
        Step::order("OTP", Borrower, "/v1/borrower/agreement/otp"),
        Step::get("OTP: read on the development server", Nobody, "/dev/messages.json").after(KEEP_OTP),
        Step::post(
            "Sign: with a wrong code",
            Borrower,
            "/v1/borrower/agreement/sign",
            &json!({ "otp": "{{wrong_otp}}" }),
        )
        .before(WRONG_OTP)
        .refused(400, "otp_wrong"),
        Step::post("Sign", Borrower, "/v1/borrower/agreement/sign", &json!({ "otp": "{{otp}}" })),
        wait("Wait: the signature and its document", "disbursal_wait"),
        Step::get(
            "Get Signed Agreement",
            SourcingEntity,
            "/v1/loan/agreement?loanApplicationID={{loan_application_id}}",
        )
        .keep("agreement_url", "data.signedAgreementURL"),
        Step::get("Signed Agreement: opened without a key", Nobody, "{{agreement_url}}").opens_pdf(),
        Step::get(
            "Loan Repayments: not paid out",
            SourcingEntity,
            "/v1/loan/repayments?loanApplicationID={{loan_application_id}}",
        )
        .refused(409, "not_disbursed"),
        Step::get("Application: as the lender sees it", Lender, "/v1/lender/applications/{{loan_application_id}}"),
    ]
}

/// The contract's own sample, to the rupee.
fn offers(name: &str, status: &str) -> Step {
    let mut step = Step::get(name, SourcingEntity, "/v1/loan/offers?loanApplicationID={{loan_application_id}}");
    for (field, value) in [
        ("amount", json!(6500)),
        ("tenureMonths", json!(6)),
        ("annualInterest", json!(14.4)),
        ("processingFee", json!(700)),
        ("gst", json!(18)),
        ("advanceEMIAmount", json!(0)),
        ("emiCalculationMethod", json!("flat_rate")),
        ("status", json!(status)),
        ("disbursalAmount", json!(5674)),
        ("totalPayableAmount", json!(6966)),
    ] {
        step = step.is(&format!("data[0].{field}"), value);
    }
    step.test(
        "six EMIs of 1161",
        "pm.expect(answer.data[0].emis.map((emi) => emi.emiAmount)).to.eql(Array(6).fill(1161))",
    )
}
