-- Requests of researchers to use data of cases, and what became of them.
-- The rules of 0001_record.sql hold.

CREATE TABLE access_request (
    access_request_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    account_uid TEXT NOT NULL,                -- who asks
    requester_id INTEGER NOT NULL REFERENCES laboratory,  -- where they work
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- whose cases
    body TEXT NOT NULL,                       -- JSON: title, what for, genes, diagnoses, tier, last day
    matched TEXT NOT NULL,                    -- JSON: cases by what their consents answered when it was asked, with reasons
    entry_id INTEGER NOT NULL REFERENCES entry
);
CREATE INDEX access_request_by_laboratory ON access_request (laboratory_id, access_request_id);
CREATE INDEX access_request_by_account ON access_request (account_uid, access_request_id);

-- What became of a request; each step a version. Without a row it was asked and nobody has decided.
CREATE TABLE access_request_step (
    access_request_id INTEGER NOT NULL REFERENCES access_request,
    version INTEGER NOT NULL CHECK (version >= 1),
    state TEXT NOT NULL CHECK (state IN ('granted', 'refused', 'withdrawn', 'revoked')),
    until TEXT,                               -- last day of a grant
    obligations TEXT,                         -- JSON: what the researcher takes on; of a grant
    reason TEXT NOT NULL,                     -- in the words of who decided; may be empty
    user_uid TEXT,                            -- who decided; NULL: at the machine
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (access_request_id, version)
);

-- Which decisions about cases were made in a period is asked by reports.
CREATE INDEX decision_by_moment ON decision (made, decision_id);
