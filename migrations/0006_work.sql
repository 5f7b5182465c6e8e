-- What waits to be done, what came in, what went out.

CREATE TABLE jobs (
    id {text} NOT NULL PRIMARY KEY,
    kind {text} NOT NULL,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL,
    application_id {text},
    subject {text} NOT NULL,
    -- Sealed JSON.
    payload {bytes} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('ready', 'waiting', 'done', 'refused', 'dead')),
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    -- Until then the worker that took it has it to itself; 0 where nobody has.
    leased_until BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE state = 'ready';
CREATE INDEX jobs_application ON jobs (application_id, created_at, id);

CREATE TABLE inbox (
    id {text} NOT NULL PRIMARY KEY,
    provider {text} NOT NULL,
    reference {text} NOT NULL,
    digest {text} NOT NULL,
    -- Sealed JSON.
    body {bytes} NOT NULL,
    received_at BIGINT NOT NULL,
    processed_at BIGINT,
    outcome TEXT,
    UNIQUE (provider, reference, digest)
);
CREATE INDEX inbox_pending ON inbox (received_at, id) WHERE processed_at IS NULL;

CREATE TABLE messages (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL,
    channel {text} NOT NULL,
    -- Sealed JSON: to, subject, text.
    content {bytes} NOT NULL,
    sent_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX messages_newest ON messages (created_at, id);

CREATE TABLE otps (
    user_id {text} NOT NULL,
    purpose {text} NOT NULL,
    code_hash {text} NOT NULL,
    expires_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    sent_count BIGINT NOT NULL,
    window_started_at BIGINT NOT NULL,
    used BIGINT NOT NULL CHECK (used IN (0, 1)),
    PRIMARY KEY (user_id, purpose)
);

-- Answers to idempotent calls.
CREATE TABLE idempotency (
    scope {text} NOT NULL,
    operation {text} NOT NULL,
    idempotency_key {text} NOT NULL,
    request_hash {text} NOT NULL,
    -- Sealed JSON.
    response {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, operation, idempotency_key)
);
