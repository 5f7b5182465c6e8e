-- Credit lines and the drawdowns on them. A drawdown that has been paid out is a loan with the drawdown's id, so that a loan is no
-- longer known by its application alone.

-- only postgres
ALTER TABLE loans DROP CONSTRAINT loans_id_fkey;
ALTER TABLE loans ADD COLUMN application_id {text};
UPDATE loans SET application_id = id;
ALTER TABLE loans ALTER COLUMN application_id SET NOT NULL;
ALTER TABLE loans ADD FOREIGN KEY (application_id) REFERENCES applications (id);
ALTER TABLE loans ADD COLUMN drawdown BIGINT NOT NULL DEFAULT 0 CHECK (drawdown IN (0, 1));
ALTER TABLE payments DROP CONSTRAINT payments_application_id_fkey;
ALTER TABLE payments RENAME COLUMN application_id TO loan_id;
ALTER TABLE payoffs DROP CONSTRAINT payoffs_application_id_fkey;
ALTER TABLE payoffs RENAME COLUMN application_id TO loan_id;
ALTER TABLE loan_decisions DROP CONSTRAINT loan_decisions_application_id_fkey;
ALTER TABLE loan_decisions RENAME COLUMN application_id TO loan_id;
-- end

-- SQLite changes no constraint of a table that is there: the tables are made anew, children before their parent goes.
-- only sqlite
CREATE TABLE loans_next (
    id TEXT NOT NULL PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES applications (id),
    drawdown BIGINT NOT NULL DEFAULT 0 CHECK (drawdown IN (0, 1)),
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    lender_id TEXT NOT NULL,
    quote TEXT NOT NULL,
    installment_ids TEXT NOT NULL,
    closed_day TEXT,
    version BIGINT NOT NULL,
    booked_day TEXT NOT NULL,
    done_day TEXT NOT NULL,
    next_day TEXT,
    due_on TEXT
);
CREATE TABLE loan_facts_next (
    loan_id TEXT NOT NULL REFERENCES loans_next (id),
    position BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    value_day TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (loan_id, position)
) WITHOUT ROWID;
CREATE TABLE loan_installments_next (
    loan_id TEXT NOT NULL REFERENCES loans_next (id),
    num BIGINT NOT NULL,
    id TEXT NOT NULL,
    due_day TEXT NOT NULL,
    principal_paise BIGINT NOT NULL,
    interest_paise BIGINT NOT NULL,
    charge_paise BIGINT NOT NULL,
    paid_principal_paise BIGINT NOT NULL,
    paid_interest_paise BIGINT NOT NULL,
    paid_charge_paise BIGINT NOT NULL,
    paid_day TEXT,
    PRIMARY KEY (loan_id, num)
) WITHOUT ROWID;
CREATE TABLE ledger_entries_next (
    loan_id TEXT NOT NULL REFERENCES loans_next (id),
    cause_id TEXT NOT NULL,
    account TEXT NOT NULL,
    amount_paise BIGINT NOT NULL,
    value_day TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (loan_id, cause_id, account)
) WITHOUT ROWID;
CREATE TABLE payments_next (
    id TEXT NOT NULL PRIMARY KEY,
    loan_id TEXT NOT NULL,
    installment_num BIGINT NOT NULL,
    amount_paise BIGINT NOT NULL,
    method TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('PENDING', 'SETTLED', 'FAILED')),
    failure TEXT,
    created_at BIGINT NOT NULL
);
CREATE TABLE payoffs_next (
    id TEXT NOT NULL PRIMARY KEY,
    loan_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('foreclosure', 'cooling_off')),
    day TEXT NOT NULL,
    amount_paise BIGINT NOT NULL,
    digest TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE loan_decisions_next (
    id TEXT NOT NULL PRIMARY KEY,
    loan_id TEXT NOT NULL,
    lender_id TEXT NOT NULL,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    amount_paise BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT
);
INSERT INTO payoffs_next SELECT id, application_id, kind, day, amount_paise, digest, created_at FROM payoffs;
INSERT INTO loan_decisions_next SELECT id, application_id, lender_id, body, reason, amount_paise, state, asked_by, asked_at,
    decided_by, decided_at FROM loan_decisions;
DROP TABLE payoffs;
DROP TABLE loan_decisions;
ALTER TABLE payoffs_next RENAME TO payoffs;
ALTER TABLE loan_decisions_next RENAME TO loan_decisions;
CREATE INDEX payoffs_application ON payoffs (loan_id, created_at, id);
CREATE INDEX loan_decisions_application ON loan_decisions (loan_id, asked_at, id);
INSERT INTO loans_next (id, application_id, tenant_id, user_id, lender_id, quote, installment_ids, closed_day, version, booked_day,
        done_day, next_day, due_on)
    SELECT id, id, tenant_id, user_id, lender_id, quote, installment_ids, closed_day, version, booked_day, done_day, next_day, due_on
    FROM loans;
INSERT INTO loan_facts_next SELECT loan_id, position, id, value_day, recorded_at, kind FROM loan_facts;
INSERT INTO loan_installments_next SELECT loan_id, num, id, due_day, principal_paise, interest_paise, charge_paise,
    paid_principal_paise, paid_interest_paise, paid_charge_paise, paid_day FROM loan_installments;
INSERT INTO ledger_entries_next SELECT loan_id, cause_id, account, amount_paise, value_day, recorded_at FROM ledger_entries;
INSERT INTO payments_next SELECT id, application_id, installment_num, amount_paise, method, state, failure, created_at FROM payments;
DROP TABLE loan_facts;
DROP TABLE loan_installments;
DROP TABLE ledger_entries;
DROP TABLE payments;
DROP TABLE loans;
ALTER TABLE loans_next RENAME TO loans;
ALTER TABLE loan_facts_next RENAME TO loan_facts;
ALTER TABLE loan_installments_next RENAME TO loan_installments;
ALTER TABLE ledger_entries_next RENAME TO ledger_entries;
ALTER TABLE payments_next RENAME TO payments;
CREATE INDEX loans_due ON loans (tenant_id, due_on, id) WHERE due_on IS NOT NULL;
CREATE INDEX loans_borrower ON loans (tenant_id, user_id, lender_id);
CREATE INDEX payments_application ON payments (loan_id, created_at, id);
-- end
ALTER TABLE money_references RENAME COLUMN application_id TO loan_id;

-- JSON: validity, plans. Where it is there, what is offered is a credit line.
ALTER TABLE offer_templates ADD COLUMN line TEXT;
ALTER TABLE offers ADD COLUMN line TEXT;
-- JSON: what a borrower is about to draw, where this is the offer of a drawdown.
ALTER TABLE offers ADD COLUMN drawdown TEXT;

CREATE TABLE credit_lines (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL REFERENCES users (id),
    lender_id {text} NOT NULL,
    application_id {text} NOT NULL UNIQUE REFERENCES applications (id),
    terms TEXT NOT NULL,
    limit_max_paise BIGINT NOT NULL,
    drawn_paise BIGINT NOT NULL CHECK (drawn_paise >= 0),
    reserved_paise BIGINT NOT NULL CHECK (reserved_paise >= 0),
    -- Owed beyond the limit, because a payment did not stand.
    over_limit_paise BIGINT NOT NULL CHECK (over_limit_paise >= 0),
    valid_until {text} NOT NULL,
    kyc_until {text},
    held TEXT,
    overdue BIGINT NOT NULL,
    offers BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    CHECK (drawn_paise + reserved_paise <= limit_max_paise)
);
CREATE INDEX credit_lines_user ON credit_lines (tenant_id, user_id, created_at, id);

CREATE TABLE line_transactions (
    id {text} NOT NULL PRIMARY KEY,
    line_id {text} NOT NULL REFERENCES credit_lines (id),
    application_id {text} NOT NULL,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL,
    lender_id {text} NOT NULL,
    partner_txn_id {text} NOT NULL,
    amount_paise BIGINT NOT NULL CHECK (amount_paise > 0),
    plan {text} NOT NULL,
    offer_id {text} NOT NULL UNIQUE REFERENCES offers (id),
    status {text} NOT NULL CHECK (status IN ('PROCESSING', 'CONFIRMED', 'DISBURSED', 'OVERDUE', 'PAID', 'CANCELLED', 'SPLIT',
        'MERGED')),
    outstanding_paise BIGINT NOT NULL,
    invoice_no TEXT NOT NULL,
    awb TEXT NOT NULL,
    -- JSON: files.
    proofs TEXT NOT NULL,
    part_of {text},
    merged_into {text},
    reserved_until BIGINT NOT NULL,
    end_reason TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX line_transactions_line ON line_transactions (line_id, created_at, id);
CREATE INDEX line_transactions_lender ON line_transactions (lender_id, status, created_at, id);
CREATE INDEX line_transactions_waiting ON line_transactions (user_id, reserved_until) WHERE status = 'PROCESSING';
-- The sourcing entity's id is drawn once, for ever; parts share it.
CREATE UNIQUE INDEX line_transactions_partner ON line_transactions (tenant_id, partner_txn_id) WHERE part_of IS NULL;
CREATE INDEX line_transactions_parts ON line_transactions (tenant_id, partner_txn_id, created_at, id);

-- A limit grows only on the borrower's own request (RBI/2025-26/36, paragraph 7(ii)). Append-only but for its answer.
CREATE TABLE limit_requests (
    id {text} NOT NULL PRIMARY KEY,
    line_id {text} NOT NULL REFERENCES credit_lines (id),
    limit_paise BIGINT NOT NULL,
    -- What the borrower agreed to, word for word.
    consent TEXT NOT NULL,
    ip TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- What was given, and when.
    granted_paise BIGINT,
    answered_at BIGINT
);
CREATE INDEX limit_requests_line ON limit_requests (line_id, asked_at, id);
