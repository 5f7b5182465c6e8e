-- Loan applications, their offers and files.

CREATE TABLE applications (
    -- only sqlite
    -- As in `users`.
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    -- end
    -- only postgres
    id {text} NOT NULL PRIMARY KEY,
    -- end
    number {text} NOT NULL UNIQUE,
    tenant_id {text} NOT NULL,
    user_id {text} NOT NULL REFERENCES users (id),
    -- Of the user, who never changes them: lists show them and look through them.
    customer_id {text} NOT NULL,
    customer_key {text} NOT NULL,
    mobile {text} NOT NULL,
    programme_id {text} NOT NULL,
    lender_id {text},
    status {text} NOT NULL CHECK (status IN ('FRESH_LOAN', 'LOAN_DETAILS_SUBMITTED',
        'KYC_PROCESSING', 'KYC_SUCCESS', 'KYC_REJECTED', 'LOAN_APPROVED', 'LOAN_REJECTED',
        'BANK_PROCESSING', 'BANK_FAILED', 'BANK_ADDED', 'SIGN_AGREEMENT', 'DISBURSED', 'CLOSED',
        'CANCELLED')),
    amount_paise BIGINT NOT NULL,
    -- Sealed JSON; null while there are none.
    details {bytes},
    -- The KYC documents, as JSON.
    documents TEXT NOT NULL,
    accepted_offer_id {text},
    -- JSON.
    mandate TEXT,
    -- JSON.
    agreement TEXT NOT NULL,
    end_reason TEXT,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX applications_newest ON applications (tenant_id, created_at, id, customer_key, mobile);
CREATE INDEX applications_by_status ON applications (tenant_id, status, created_at, id);
CREATE INDEX applications_of_lender_newest
    ON applications (lender_id, created_at, id, customer_key, mobile);
CREATE INDEX applications_of_lender_by_status ON applications (lender_id, status, created_at, id);
CREATE INDEX applications_user ON applications (user_id, created_at, id);

-- only postgres
CREATE INDEX applications_customer_trigrams ON applications USING gin (customer_key gin_trgm_ops);
CREATE INDEX applications_mobile_trigrams ON applications USING gin (mobile gin_trgm_ops);
-- end

-- only sqlite
INSERT INTO search_marks (name, indexed_until) VALUES ('applications', 0);
CREATE VIRTUAL TABLE application_search USING fts5 (
    customer_key, mobile, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER applications_take_into_search AFTER INSERT ON applications
WHEN new.seq % 512 = 0 BEGIN
    INSERT INTO application_search (rowid, customer_key, mobile)
        SELECT seq, customer_key, mobile FROM applications
        WHERE seq > (SELECT indexed_until FROM search_marks WHERE name = 'applications');
    UPDATE search_marks SET indexed_until = new.seq WHERE name = 'applications';
END;
-- end

CREATE TABLE offers (
    id {text} NOT NULL PRIMARY KEY,
    application_id {text} NOT NULL REFERENCES applications (id),
    -- The order in which they were made, from 0.
    position BIGINT NOT NULL,
    lender_id {text} NOT NULL,
    template_id {text} NOT NULL,
    template_version BIGINT NOT NULL,
    quote TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    UNIQUE (application_id, position)
);

CREATE TABLE files (
    id {text} NOT NULL PRIMARY KEY,
    tenant_id {text} NOT NULL,
    application_id {text},
    kind {text} NOT NULL,
    content_type TEXT NOT NULL,
    sha256 {text} NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
