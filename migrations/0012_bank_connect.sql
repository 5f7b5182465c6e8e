-- BankConnect: who uses it, entities and their statements, sessions, what is told of them, and how banks do online.

-- A key, and the hash that only servers have beside it.
CREATE TABLE bank_keys (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    key_hash {text} NOT NULL UNIQUE,
    server_hash {text} NOT NULL,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX bank_keys_tenant ON bank_keys (tenant_id, created_at);

CREATE TABLE bank_settings (
    tenant_id {text} NOT NULL PRIMARY KEY,
    -- Whether reading asks for the key alone, as clients of an older kind send it.
    legacy_key_only BIGINT NOT NULL CHECK (legacy_key_only IN (0, 1)),
    -- Sealed: where outcomes are told, and the secret that signs what goes there.
    webhook {bytes},
    webhook_mode BIGINT NOT NULL CHECK (webhook_mode IN (0, 1))
);

CREATE TABLE bank_entities (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    link_id {text},
    -- Sealed JSON.
    meta_data {bytes},
    -- The file with what was made of all its statements.
    analysis_id {text},
    -- Sealed JSON: the figures of it that policies know.
    features {bytes},
    -- Goes up with each analysis, so that of two at a time one begins again.
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, link_id)
);
CREATE INDEX bank_entities_listed ON bank_entities (tenant_id, created_at, id);

-- What is no statement is kept too, as failed.
CREATE TABLE bank_statements (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    entity_id {text} NOT NULL REFERENCES bank_entities (id),
    bank {text} NOT NULL,
    state {text} NOT NULL CHECK (state IN ('processing', 'completed', 'failed')),
    message TEXT,
    source {text} NOT NULL CHECK (source IN ('pdf', 'online')),
    sha256 {text} NOT NULL,
    -- The file as it came.
    file_id {text} NOT NULL,
    -- The file with what was read of it; NULL where nothing was.
    rows_id {text},
    -- Sealed JSON: what the answer to the upload said of its holder and its fraud.
    outcome {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT
);
CREATE INDEX bank_statements_entity ON bank_statements (entity_id, created_at, id);
CREATE INDEX bank_statements_same ON bank_statements (entity_id, sha256);

-- Hosted uploads. The session's id opens the page, so that only its keyed hash is kept.
CREATE TABLE bank_sessions (
    code_hash {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    link_id {text} NOT NULL,
    redirect_url TEXT,
    from_day {text} NOT NULL,
    to_day {text} NOT NULL,
    bank {text},
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- What was told, or would have been had anybody listened.
CREATE TABLE bank_payloads (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    entity_id {text} NOT NULL REFERENCES bank_entities (id),
    link_id {text},
    -- Empty where an attempt failed before there was a file.
    statement_id {text} NOT NULL,
    progress {text} NOT NULL CHECK (progress IN ('completed', 'failed')),
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    delivered_at BIGINT,
    last_answer TEXT NOT NULL
);
CREATE INDEX bank_payloads_listed ON bank_payloads (tenant_id, link_id, created_at, id);

-- How net banking stands, bank by bank, as it was judged last.
CREATE TABLE bank_health (
    bank {text} NOT NULL PRIMARY KEY,
    condition {text} NOT NULL CHECK (condition IN ('up', 'incident', 'failing')),
    issue TEXT,
    checked_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- Append-only: every change of it.
CREATE TABLE bank_health_changes (
    id {text} NOT NULL PRIMARY KEY,
    bank {text} NOT NULL,
    condition {text} NOT NULL,
    issue TEXT,
    at BIGINT NOT NULL
);
CREATE INDEX bank_health_changes_bank ON bank_health_changes (bank, at, id);

CREATE TABLE bank_incidents (
    id {text} NOT NULL PRIMARY KEY,
    bank {text} NOT NULL,
    issue TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    closed_at BIGINT
);
CREATE UNIQUE INDEX bank_incidents_open ON bank_incidents (bank) WHERE closed_at IS NULL;

-- Append-only: each attempt to fetch a statement from a bank, and how it ended.
CREATE TABLE bank_fetches (
    id {text} NOT NULL PRIMARY KEY,
    bank {text} NOT NULL,
    succeeded BIGINT NOT NULL CHECK (succeeded IN (0, 1)),
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX bank_fetches_bank ON bank_fetches (bank, at);
