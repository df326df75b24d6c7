-- Case content under keys, erasure, and what patients may do. The rules of 0001_record.sql hold.

-- Which key store opens what is sealed here; one row, set once.
CREATE TABLE key_store (
    key_store_id INTEGER PRIMARY KEY CHECK (key_store_id = 1),
    uid TEXT NOT NULL
);

-- From here on `clinical_case.local_id` is a keyed digest of the laboratory's own name of the case, the bodies and
-- citations of versions are sealed with the case's key, their digests are keyed, and `case_feature.term` is a keyed digest.
ALTER TABLE clinical_case ADD COLUMN label TEXT;       -- the laboratory's own name, sealed; NULL: not sealed yet, or erased
ALTER TABLE clinical_case ADD COLUMN erased_by INTEGER REFERENCES ledger_entry; -- the entry that says so; set once
CREATE INDEX clinical_case_unsealed ON clinical_case (clinical_case_id) WHERE label IS NULL AND erased_by IS NULL;
CREATE INDEX clinical_case_erased ON clinical_case (clinical_case_id) WHERE erased_by IS NOT NULL;

-- The bytes of a submission and the words of its problems are sealed with the submission's key; a case that is erased
-- takes the bytes of the submissions that brought it with it.
ALTER TABLE submission_content ADD COLUMN is_sealed INTEGER NOT NULL DEFAULT 0; -- 1: `content` is sealed; may change once
ALTER TABLE submission_content ADD COLUMN erased_by INTEGER REFERENCES ledger_entry; -- set once, with an empty content
CREATE INDEX submission_content_unsealed ON submission_content (submission_id) WHERE is_sealed = 0;

-- A statement that rests on cases of which some were withdrawn or erased after this version: it stands, with a note.
CREATE TABLE evidence_withdrawn (
    statement_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    ledger_entry_id INTEGER NOT NULL REFERENCES ledger_entry, -- the withdrawal or erasure
    PRIMARY KEY (statement_id, version, ledger_entry_id),
    FOREIGN KEY (statement_id, version) REFERENCES statement_version
);

-- Who saw a case and was told that it is withdrawn or erased, and whether they said that they have it no more.
CREATE TABLE case_recall (
    case_recall_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    recipient_id INTEGER NOT NULL REFERENCES laboratory,
    recipient_uid TEXT NOT NULL,              -- the id under which the recipient knew the case
    kind TEXT NOT NULL CHECK (kind IN ('withdraw', 'erase')),
    told INTEGER NOT NULL,
    acknowledged INTEGER,                     -- set once
    account_uid TEXT,                         -- who acknowledged
    UNIQUE (clinical_case_id, recipient_id, kind)
);
CREATE INDEX case_recall_by_recipient ON case_recall (recipient_id, case_recall_id);

-- Codes by which a tested person opens the page of their case; the code itself is nowhere.
CREATE TABLE patient_code (
    patient_code_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    digest TEXT NOT NULL UNIQUE,              -- keyed
    made INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    revoked INTEGER,                          -- set once
    user_uid TEXT                             -- who handed it out; NULL: at the machine
);
CREATE INDEX patient_code_by_case ON patient_code (clinical_case_id, patient_code_id);

-- Open pages of tested persons.
CREATE TABLE patient_session (
    digest TEXT PRIMARY KEY,                  -- SHA-256 of the cookie
    patient_code_id INTEGER NOT NULL REFERENCES patient_code,
    ends INTEGER NOT NULL
);

-- Steps that a tested person took, for their laboratory to see.
CREATE TABLE patient_step (
    clinical_case_id INTEGER NOT NULL,
    version INTEGER NOT NULL,                 -- of the consent
    taken INTEGER NOT NULL,
    seen INTEGER,                             -- when somebody of the laboratory saw it; set once
    seen_by TEXT,
    PRIMARY KEY (clinical_case_id, version),
    FOREIGN KEY (clinical_case_id, version) REFERENCES consent
);
CREATE INDEX patient_step_unseen ON patient_step (clinical_case_id) WHERE seen IS NULL;
