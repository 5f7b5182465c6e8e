-- Customers, what they did, and what was decided about them.

CREATE TABLE users (
    -- only sqlite
    -- The full-text index points at this number, so that it has to survive a VACUUM.
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- end
    -- only postgres
    id {text} NOT NULL PRIMARY KEY,
    -- end
    tenant_id {text} NOT NULL,
    -- The partner's own name for the customer. It and the mobile never change: searches are built
    -- on that.
    customer_id {text} NOT NULL,
    -- The customer id with A to Z in lower case.
    customer_key {text} NOT NULL,
    mobile {text} NOT NULL,
    status {text} NOT NULL CHECK (status IN ('USER_CREATED', 'USER_TOKEN_ISSUED',
        'USER_PROFILE_UPDATED', 'USER_QUALIFIED', 'USER_DISQUALIFIED')),
    name TEXT,
    -- Sealed JSON; null while nothing is known.
    personal {bytes},
    -- JSON; null while the bureau has not been asked.
    bureau TEXT,
    fis_score TEXT,
    source TEXT,
    journey_started BIGINT NOT NULL CHECK (journey_started IN (0, 1)),
    -- The number of events that have been logged.
    event_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (tenant_id, customer_id)
);
-- The last two columns let short patterns be looked for without touching the table.
CREATE INDEX users_newest ON users (tenant_id, created_at, id, customer_key, mobile);
CREATE INDEX users_by_status ON users (tenant_id, status, created_at, id);

-- only postgres
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX users_customer_trigrams ON users USING gin (customer_key gin_trgm_ops);
CREATE INDEX users_mobile_trigrams ON users USING gin (mobile gin_trgm_ops);
-- end

-- only sqlite
-- How far each table's full-text index reaches. What is above the mark is looked through row by
-- row, so that adding a row does not pay for the index: every 512th takes the last 512 into it.
CREATE TABLE search_marks (
    name TEXT NOT NULL PRIMARY KEY,
    indexed_until INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO search_marks (name, indexed_until) VALUES ('users', 0);
CREATE VIRTUAL TABLE user_search USING fts5 (
    customer_key, mobile, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER users_take_into_search AFTER INSERT ON users WHEN new.seq % 512 = 0 BEGIN
    INSERT INTO user_search (rowid, customer_key, mobile)
        SELECT seq, customer_key, mobile FROM users
        WHERE seq > (SELECT indexed_until FROM search_marks WHERE name = 'users');
    UPDATE search_marks SET indexed_until = new.seq WHERE name = 'users';
END;
-- end

-- How many rows a list has in each status, kept by the transactions that change it. A sourcing
-- entity's busy counter is spread over several shards on PostgreSQL.
CREATE TABLE counters (
    scope {text} NOT NULL,
    list {text} NOT NULL,
    status {text} NOT NULL,
    shard BIGINT NOT NULL,
    total BIGINT NOT NULL CHECK (total >= 0),
    PRIMARY KEY (scope, list, status, shard)
)
-- only sqlite
WITHOUT ROWID
-- end
-- only postgres
-- Room for new versions of a row beside the old ones.
WITH (fillfactor = 30)
-- end
;

CREATE TABLE events (
    user_id {text} NOT NULL REFERENCES users (id),
    -- From 1 without gaps.
    seq BIGINT NOT NULL,
    tenant_id {text} NOT NULL,
    application_id {text},
    event_type {text} NOT NULL,
    entity_type {text} NOT NULL,
    description TEXT NOT NULL,
    logged_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, seq)
)
-- only sqlite
WITHOUT ROWID
-- end
;

CREATE TABLE eligibility (
    user_id {text} NOT NULL PRIMARY KEY REFERENCES users (id),
    eligible BIGINT NOT NULL CHECK (eligible IN (0, 1)),
    amount_paise BIGINT NOT NULL,
    decision_id {text} NOT NULL,
    calculated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Uploaded by the sourcing entity, perhaps before the customer exists.
CREATE TABLE preapproved_limits (
    tenant_id {text} NOT NULL,
    customer_id {text} NOT NULL,
    limit_paise BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, customer_id)
);

CREATE TABLE decisions (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL,
    application_id {text},
    lender_id {text},
    kind {text} NOT NULL,
    policy_version BIGINT NOT NULL,
    outcome {text} NOT NULL CHECK (outcome IN ('PASS', 'FAIL', 'CAN''T DECIDE')),
    rules TEXT NOT NULL,
    -- Sealed JSON.
    inputs {bytes} NOT NULL,
    -- Sealed JSON.
    outputs {bytes} NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX decisions_user ON decisions (user_id, kind, decided_at, id);
CREATE INDEX decisions_application ON decisions (application_id, decided_at, id);

CREATE TABLE consents (
    id {text} NOT NULL PRIMARY KEY,
    user_id {text} NOT NULL REFERENCES users (id),
    purpose {text} NOT NULL,
    text_version BIGINT NOT NULL,
    given_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX consents_user ON consents (user_id, given_at, id);
