-- Sourcing entities, lenders, and what they offer together.

CREATE TABLE sourcing_entities (
    id {text} NOT NULL PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL
);

CREATE TABLE lenders (
    id {text} NOT NULL PRIMARY KEY,
    code {text} NOT NULL UNIQUE,
    name TEXT NOT NULL,
    settings TEXT NOT NULL
);

-- A sourcing entity's customers are all in one programme.
CREATE TABLE programmes (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL UNIQUE REFERENCES sourcing_entities (id),
    name TEXT NOT NULL,
    settings TEXT NOT NULL
);

CREATE TABLE programme_lenders (
    programme_id {text} NOT NULL REFERENCES programmes (id),
    -- The order of preference, from 0.
    position BIGINT NOT NULL,
    lender_id {text} NOT NULL REFERENCES lenders (id),
    auto_approve BIGINT NOT NULL CHECK (auto_approve IN (0, 1)),
    PRIMARY KEY (programme_id, position),
    UNIQUE (programme_id, lender_id)
);

-- Versions are only added. `lender_id` is empty for the policies that are the programme's own,
-- since a primary key holds no nulls.
CREATE TABLE policies (
    programme_id {text} NOT NULL REFERENCES programmes (id),
    lender_id {text} NOT NULL,
    kind {text} NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    document TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (programme_id, lender_id, kind, version)
);

CREATE TABLE offer_templates (
    id {text} NOT NULL PRIMARY KEY,
    lender_id {text} NOT NULL REFERENCES lenders (id),
    programme_id {text} NOT NULL REFERENCES programmes (id),
    name TEXT NOT NULL,
    active BIGINT NOT NULL CHECK (active IN (0, 1)),
    amount_min_paise BIGINT NOT NULL,
    amount_max_paise BIGINT NOT NULL,
    tenure_months BIGINT NOT NULL,
    terms TEXT NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0)
);
CREATE INDEX offer_templates_lender ON offer_templates (lender_id, id);
