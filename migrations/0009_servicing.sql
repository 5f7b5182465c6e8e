-- How a loan passes through time: what day it has been brought to, when something is to be done next, and what was decided.

-- Test servers move one customer's clock ahead by whole days.
ALTER TABLE users ADD COLUMN clock_days BIGINT NOT NULL DEFAULT 0;

-- The day on which instalments and ledger stand.
ALTER TABLE loans ADD COLUMN booked_day {text} NOT NULL DEFAULT '1900-01-01';
-- The last day that has brought what it brings.
ALTER TABLE loans ADD COLUMN done_day {text} NOT NULL DEFAULT '1900-01-01';
-- The next day that brings something, in the customer's own time.
ALTER TABLE loans ADD COLUMN next_day {text};
-- The same day in everybody's time: what a day-end looks for.
ALTER TABLE loans ADD COLUMN due_on {text};
UPDATE loans SET
    booked_day = (SELECT max(value_day) FROM loan_facts WHERE loan_id = loans.id),
    done_day = (SELECT max(value_day) FROM loan_facts WHERE loan_id = loans.id);
UPDATE loans SET next_day = done_day, due_on = done_day WHERE closed_day IS NULL;
CREATE INDEX loans_due ON loans (tenant_id, due_on, id) WHERE due_on IS NOT NULL;
-- All loans of a borrower with a lender stand together with the regulator.
CREATE INDEX loans_borrower ON loans (tenant_id, user_id, lender_id);

-- Which days of a sourcing entity's business have begun with all that they bring.
CREATE TABLE day_ends (
    tenant_id {text} NOT NULL,
    day {text} NOT NULL,
    finished_at BIGINT NOT NULL,
    -- Loans that something was done for, and those that failed and are tried again on the next day.
    loans BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day)
);

-- What closing a loan early takes, as it was told.
CREATE TABLE payoffs (
    id {text} NOT NULL PRIMARY KEY,
    application_id {text} NOT NULL REFERENCES applications (id),
    kind {text} NOT NULL CHECK (kind IN ('foreclosure', 'cooling_off')),
    day {text} NOT NULL,
    amount_paise BIGINT NOT NULL,
    -- Hash of all that the amount follows from: another hash, another amount.
    digest {text} NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX payoffs_application ON payoffs (application_id, created_at, id);

-- What has to be finished once a loan is closed, each by its time.
CREATE TABLE closing_tasks (
    application_id {text} NOT NULL REFERENCES applications (id),
    kind {text} NOT NULL,
    due_at BIGINT NOT NULL,
    done_at BIGINT,
    -- How it was done, or why not yet.
    note TEXT NOT NULL,
    PRIMARY KEY (application_id, kind)
);
CREATE INDEX closing_tasks_open ON closing_tasks (due_at, application_id) WHERE done_at IS NULL;

-- What a lender decided about a running loan. Above an amount a second person has to agree.
CREATE TABLE loan_decisions (
    id {text} NOT NULL PRIMARY KEY,
    application_id {text} NOT NULL REFERENCES applications (id),
    lender_id {text} NOT NULL,
    -- What is to be done, as JSON.
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    amount_paise BIGINT NOT NULL,
    state {text} NOT NULL CHECK (state IN ('pending', 'done', 'refused')),
    asked_by {text} NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_by {text},
    decided_at BIGINT
);
CREATE INDEX loan_decisions_application ON loan_decisions (application_id, asked_at, id);
