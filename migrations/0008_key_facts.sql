-- Key Facts Statements: what a borrower is told. An offer's figures are those of its statement, and stand nowhere else.

ALTER TABLE offers DROP COLUMN quote;

-- Append-only. Version 1 is the offer; a later one was made when the money was paid out.
CREATE TABLE key_facts (
    proposal_number {text} NOT NULL,
    version BIGINT NOT NULL CHECK (version > 0),
    offer_id {text} NOT NULL REFERENCES offers (id),
    -- JSON, the very text that was hashed.
    document TEXT NOT NULL,
    sha256 {text} NOT NULL,
    issued_at BIGINT NOT NULL,
    PRIMARY KEY (proposal_number, version),
    UNIQUE (offer_id, version)
);

-- That a borrower has read one.
CREATE TABLE key_facts_readings (
    proposal_number {text} NOT NULL,
    version BIGINT NOT NULL,
    language {text} NOT NULL,
    read_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    PRIMARY KEY (proposal_number, version),
    FOREIGN KEY (proposal_number, version) REFERENCES key_facts (proposal_number, version)
);

-- Its PDF in a language, once somebody has asked for it.
CREATE TABLE key_facts_files (
    proposal_number {text} NOT NULL,
    version BIGINT NOT NULL,
    language {text} NOT NULL,
    file_id {text} NOT NULL,
    PRIMARY KEY (proposal_number, version, language),
    FOREIGN KEY (proposal_number, version) REFERENCES key_facts (proposal_number, version)
);
