//! One request of a life: who asks what, what must come back, what is kept for later.

use serde_json::{Value, json};

use super::script;
use crate::docs::complete::Dress;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    SourcingEntity,
    /// A sourcing entity that the loan is none of the business of.
    OtherEntity,
    Borrower,
    Lender,
    Nobody,
}

impl Party {
    pub(super) fn headers(self) -> Vec<Value> {
        let key = |variable: &str| header("x-api-key", &format!("{{{{{variable}}}}}"));
        match self {
            Party::SourcingEntity => vec![key("server-api-key")],
            Party::OtherEntity => vec![key("other-server-api-key")],
            Party::Borrower => vec![key("client-api-key"), header("Authorization", "Bearer {{user_token}}")],
            Party::Lender => vec![key("lender-api-key")],
            Party::Nobody => Vec::new(),
        }
    }
}

pub(super) fn header(name: &str, value: &str) -> Value {
    json!({ "key": name, "value": value })
}

/// A body that is not made of samples.
enum Body {
    Nothing,
    Text { content_type: String, text: String },
}

/// What must come back.
enum Expected {
    /// 200, in the audience's shape.
    Success,
    Refusal {
        status: u16,
        code: String,
    },
    /// A PDF.
    Pdf,
}

pub(super) struct Step {
    name: String,
    party: Party,
    method: &'static str,
    url: String,
    headers: Vec<Value>,
    body: Body,
    before: Vec<String>,
    until: Option<String>,
    expected: Expected,
    after: Vec<String>,
}

impl Step {
    pub(super) fn get(name: &str, party: Party, path: &str) -> Step {
        Step {
            name: name.to_owned(),
            party,
            method: "GET",
            url: path.to_owned(),
            headers: Vec::new(),
            body: Body::Nothing,
            before: Vec::new(),
            until: None,
            expected: Expected::Success,
            after: Vec::new(),
        }
    }

    /// A call with a JSON body. Texts like `{{customer_id}}` in it are variables.
    pub(super) fn post(name: &str, party: Party, path: &str, body: &Value) -> Step {
        let text = serde_json::to_string_pretty(body).unwrap_or_default();
        Step::raw(name, party, path, "application/json", text)
    }

    /// A call without a body.
    pub(super) fn order(name: &str, party: Party, path: &str) -> Step {
        Step { method: "POST", ..Step::get(name, party, path) }
    }

    /// A call with a body as it stands.
    pub(super) fn raw(name: &str, party: Party, path: &str, content_type: &str, text: String) -> Step {
        let body = Body::Text { content_type: content_type.to_owned(), text };
        Step { body, ..Step::order(name, party, path) }
    }

    /// With another method.
    pub(super) fn method(self, method: &'static str) -> Step {
        Step { method, ..self }
    }

    /// Under an `Idempotency-Key`.
    pub(super) fn once(mut self, key: &str) -> Step {
        self.headers.push(header("Idempotency-Key", key));
        self
    }

    /// JavaScript that runs first.
    pub(super) fn before(mut self, line: &str) -> Step {
        self.before.push(line.to_owned());
        self
    }

    /// Asks again and again until the JavaScript condition over `answer` holds.
    pub(super) fn until(self, condition: &str) -> Step {
        Step { until: Some(condition.to_owned()), ..self }
    }

    pub(super) fn refused(self, status: u16, code: &str) -> Step {
        Step { expected: Expected::Refusal { status, code: code.to_owned() }, ..self }
    }

    pub(super) fn opens_pdf(self) -> Step {
        Step { expected: Expected::Pdf, ..self }
    }

    /// That a place in the answer holds exactly this.
    pub(super) fn is(mut self, place: &str, value: impl Into<Value>) -> Step {
        self.after.push(script::equals(place, &value.into()));
        self
    }

    /// A test of the step's own: a sentence and a JavaScript expectation over `answer`.
    pub(super) fn test(mut self, sentence: &str, expectation: &str) -> Step {
        self.after.push(script::test(sentence, expectation));
        self
    }

    /// Keeps what stands at a place in the answer as a variable.
    pub(super) fn keep(mut self, variable: &str, place: &str) -> Step {
        self.after.push(script::keep(variable, place));
        self
    }

    /// JavaScript that runs last.
    pub(super) fn after(mut self, line: &str) -> Step {
        self.after.push(line.to_owned());
        self
    }

    /// As an item of a collection.
    pub(super) fn item(self) -> Value {
        let tests = self.tests();
        let url = if self.url.starts_with('/') { format!("{{{{base_url}}}}{}", self.url) } else { self.url };
        let mut headers = self.party.headers();
        headers.extend(self.headers);
        let mut request = json!({ "method": self.method, "url": url });
        if let Body::Text { content_type, text } = self.body {
            headers.push(header("Content-Type", &content_type));
            request["body"] = json!({ "mode": "raw", "raw": text });
        }
        request["header"] = Value::Array(headers);
        let mut events = vec![script::event("test", &tests)];
        if !self.before.is_empty() {
            events.push(script::event("prerequest", &self.before));
        }
        json!({ "name": self.name, "request": request, "event": events, "response": [] })
    }

    fn tests(&self) -> Vec<String> {
        let mut tests = match &self.expected {
            Expected::Success => vec![script::status_is(200), self.shape_of_success()],
            Expected::Refusal { status, code } => {
                vec![
                    script::status_is(*status),
                    self.shape_of_refusal(),
                    script::equals("code", &Value::from(code.as_str())),
                ]
            }
            Expected::Pdf => return pdf_tests(),
        };
        tests.extend(self.after.iter().cloned());
        let mut lines = vec!["const answer = pm.response.json();".to_owned()];
        match &self.until {
            Some(condition) => lines.extend(script::until(condition, &tests)),
            None => lines.extend(tests),
        }
        lines
    }

    fn is_in_envelope(&self) -> bool {
        Dress::of(&self.url) == Dress::Envelope && !self.url.starts_with("/dev/")
    }

    fn shape_of_success(&self) -> String {
        if self.is_in_envelope() {
            let expectation = "{\n    pm.expect(answer).to.have.all.keys(\"status\", \"error\", \"data\");\n    \
                pm.expect(answer).to.include({ status: true, error: \"\" });\n}";
            return script::test("comes in the envelope", expectation);
        }
        script::test("is an object", "pm.expect(answer).to.be.an(\"object\")")
    }

    fn shape_of_refusal(&self) -> String {
        if self.is_in_envelope() {
            let expectation = "{\n    pm.expect(answer).to.have.all.keys(\"status\", \"error\", \"data\", \"code\");\n    \
                pm.expect(answer).to.deep.include({ status: false, data: {} });\n    pm.expect(answer.error).to.not.eql(\"\");\n}";
            return script::test("comes in the envelope and says what to mend", expectation);
        }
        let media_type = "pm.expect(pm.response.headers.get(\"Content-Type\")).to.eql(\"application/problem+json\")";
        script::test("comes as problem details", media_type)
    }
}

fn pdf_tests() -> Vec<String> {
    vec![
        script::status_is(200),
        script::test("is a PDF", "pm.expect(pm.response.text().slice(0, 5)).to.eql(\"%PDF-\")"),
        script::test(
            "says that it is one",
            "pm.expect(pm.response.headers.get(\"Content-Type\")).to.eql(\"application/pdf\")",
        ),
    ]
}
