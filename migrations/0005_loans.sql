-- Loans that have been paid out, what was paid on them, and the ledger behind them.

CREATE TABLE loans (
    -- A loan is known by its application.
    id {text} NOT NULL PRIMARY KEY REFERENCES applications (id),
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL,
    lender_id {text} NOT NULL,
    -- The promise, as JSON: terms, figures, instalments.
    quote TEXT NOT NULL,
    -- JSON, one for each instalment.
    installment_ids TEXT NOT NULL,
    closed_day {text},
    version BIGINT NOT NULL
);

-- Append-only. Everything else about a loan follows from its quote and these.
CREATE TABLE loan_facts (
    loan_id {text} NOT NULL REFERENCES loans (id),
    -- The order in which they were learned, from 0.
    position BIGINT NOT NULL,
    id {text} NOT NULL UNIQUE,
    value_day {text} NOT NULL,
    recorded_at BIGINT NOT NULL,
    -- What happened, as JSON.
    kind TEXT NOT NULL,
    PRIMARY KEY (loan_id, position)
)
-- only sqlite
WITHOUT ROWID
-- end
;

-- A projection of the facts, for reading: it can be made afresh from them at any time.
CREATE TABLE loan_installments (
    loan_id {text} NOT NULL REFERENCES loans (id),
    num BIGINT NOT NULL,
    id {text} NOT NULL,
    due_day {text} NOT NULL,
    principal_paise BIGINT NOT NULL,
    interest_paise BIGINT NOT NULL,
    charge_paise BIGINT NOT NULL,
    paid_principal_paise BIGINT NOT NULL,
    paid_interest_paise BIGINT NOT NULL,
    paid_charge_paise BIGINT NOT NULL,
    paid_day {text},
    PRIMARY KEY (loan_id, num)
)
-- only sqlite
WITHOUT ROWID
-- end
;

-- Append-only. The lines of one cause sum to zero; a cause is booked once.
CREATE TABLE ledger_entries (
    loan_id {text} NOT NULL REFERENCES loans (id),
    cause_id {text} NOT NULL,
    account {text} NOT NULL,
    amount_paise BIGINT NOT NULL,
    value_day {text} NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (loan_id, cause_id, account)
)
-- only sqlite
WITHOUT ROWID
-- end
;

-- References from outside, each for one movement of money for ever.
CREATE TABLE money_references (
    -- A sourcing entity or a lender.
    scope {text} NOT NULL,
    reference {text} NOT NULL,
    application_id {text} NOT NULL,
    fact_id {text} NOT NULL,
    digest {text} NOT NULL,
    PRIMARY KEY (scope, reference)
);

CREATE TABLE payments (
    id {text} NOT NULL PRIMARY KEY,
    application_id {text} NOT NULL REFERENCES applications (id),
    installment_num BIGINT NOT NULL,
    amount_paise BIGINT NOT NULL,
    method TEXT NOT NULL,
    state {text} NOT NULL CHECK (state IN ('PENDING', 'SETTLED', 'FAILED')),
    failure TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX payments_application ON payments (application_id, created_at, id);
