-- Who may come in, and the keys that personal data are encrypted with.

-- Data keys, each wrapped by a master key that the database never holds. `scope` is a sourcing
-- entity's id, or `system` for what belongs to no single one.
CREATE TABLE data_keys (
    scope {text} NOT NULL,
    key_id BIGINT NOT NULL CHECK (key_id > 0),
    master_key {text} NOT NULL,
    wrapped {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    -- From then on it only opens what it has sealed.
    retired_at BIGINT,
    PRIMARY KEY (scope, key_id)
);

CREATE TABLE api_keys (
    id {text} NOT NULL PRIMARY KEY,
    kind {text} NOT NULL CHECK (kind IN ('server', 'client', 'lender')),
    owner_id {text} NOT NULL,
    hash {text} NOT NULL UNIQUE,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX api_keys_owner ON api_keys (owner_id, created_at);

CREATE TABLE tokens (
    id {text} NOT NULL PRIMARY KEY,
    hash {text} NOT NULL UNIQUE,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Hosted journeys. A `transaction_id` is used once in a sourcing entity's life.
CREATE TABLE sessions (
    id {text} NOT NULL PRIMARY KEY,
    code_hash {text} NOT NULL UNIQUE,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL,
    redirect_url TEXT NOT NULL,
    hide_close BIGINT NOT NULL CHECK (hide_close IN (0, 1)),
    transaction_id {text},
    withdraw_amount_paise BIGINT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT,
    UNIQUE (tenant_id, transaction_id)
);
