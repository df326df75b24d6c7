-- What tested people agreed to, who may therefore see what, and the decisions made of it.
-- The rules of 0001_record.sql hold: versions are added, never edited.

-- What the tested person of a case agreed to; each step a version. Without a row: nothing is recorded.
CREATE TABLE consent (
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    version INTEGER NOT NULL CHECK (version >= 1),
    standing TEXT NOT NULL CHECK (standing IN ('none', 'given', 'narrowed', 'withdrawn')), -- expiry follows from dates
    reanalysis TEXT NOT NULL CHECK (reanalysis IN ('agreed', 'refused', 'unknown')), -- being looked at again
    recontact TEXT NOT NULL CHECK (recontact IN ('agreed', 'refused', 'unknown')),   -- being told
    body TEXT NOT NULL,                       -- JSON: everything the version says
    signature TEXT,                           -- Ed25519 by the laboratory's key over the body; NULL: recorded before signing
    user_uid TEXT,                            -- who recorded it; NULL: at the machine
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (clinical_case_id, version)
);

-- The scopes of a version, for search; the body holds them too.
CREATE TABLE consent_scope (
    clinical_case_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,                 -- from 1
    tier TEXT NOT NULL CHECK (tier IN ('1', '2', '3')),
    conditions TEXT NOT NULL,                 -- data-use codes, such as `HMB NPU`
    recipients TEXT NOT NULL CHECK (recipients IN ('agreed', 'network', 'named')),
    starts TEXT,                              -- first day; NULL: from recording
    ends TEXT,                                -- last day; NULL: until withdrawn
    PRIMARY KEY (clinical_case_id, version, ordinal),
    FOREIGN KEY (clinical_case_id, version) REFERENCES consent
);
CREATE INDEX consent_scope_by_end ON consent_scope (ends) WHERE ends IS NOT NULL;

-- What was agreed before consents had scopes: wishes only. From here on `case_reanalysis` is not read.
INSERT INTO consent (clinical_case_id, version, standing, reanalysis, recontact, body, signature, user_uid, entry_id)
SELECT clinical_case_id, version, 'none', reanalysis, recontact,
    '{"standing":"none","scopes":[],"reanalysis":"' || reanalysis || '","recontact":"' || recontact
        || '","secondary_findings":"unknown","allows_rare_profile":false}',
    NULL, user_uid, entry_id
FROM case_reanalysis;

-- Laboratories that may see cases without identity of one another, as far as consent allows.
CREATE TABLE sharing_agreement (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- whose cases
    partner_id INTEGER NOT NULL REFERENCES laboratory,    -- who may see them
    version INTEGER NOT NULL CHECK (version >= 1),
    in_force INTEGER NOT NULL CHECK (in_force IN (0, 1)),
    user_uid TEXT,
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (laboratory_id, partner_id, version),
    CHECK (laboratory_id <> partner_id)
);

-- A case's id for one recipient: random, so that two recipients cannot join what they see.
CREATE TABLE recipient_case (
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    recipient_id INTEGER NOT NULL REFERENCES laboratory,
    uid TEXT NOT NULL UNIQUE,
    PRIMARY KEY (clinical_case_id, recipient_id)
);

-- The policies that decisions were made by, so that each can be made again.
CREATE TABLE access_policy (
    version TEXT PRIMARY KEY,
    content TEXT NOT NULL                     -- the policy's text
);

-- Decisions about data of persons, with all that they depended on. These rows carry no `entry_id`:
-- who looked at what is not part of what was known when.
CREATE TABLE decision (
    decision_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    clinical_case_id INTEGER REFERENCES clinical_case,
    account_uid TEXT,                         -- who asked; NULL: at the machine
    policy TEXT NOT NULL REFERENCES access_policy,
    outcome TEXT NOT NULL CHECK (outcome IN ('permit', 'refer', 'deny')),
    inputs TEXT NOT NULL,                     -- JSON
    inputs_sha256 TEXT NOT NULL,              -- of these bytes
    result TEXT NOT NULL,                     -- JSON: outcome, tier, reasons, obligations
    made INTEGER NOT NULL
);
CREATE INDEX decision_by_case ON decision (clinical_case_id, decision_id);
CREATE INDEX decision_referred ON decision (decision_id) WHERE outcome = 'refer';

-- Emergency accesses: a reason, a short time, a review. What was reviewed is set once.
CREATE TABLE break_glass (
    break_glass_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- of the person who asks
    account_uid TEXT NOT NULL,
    reason TEXT NOT NULL,                     -- in the person's words; for the reviewer only
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL CHECK (ends > begins AND ends - begins <= 14400000000), -- four hours in microseconds
    reviewed INTEGER,                         -- when; NULL: not yet
    reviewer_uid TEXT,
    verdict TEXT CHECK (verdict IN ('justified', 'not_justified')),
    note TEXT
);
CREATE INDEX break_glass_by_account ON break_glass (account_uid, clinical_case_id, ends);
CREATE INDEX break_glass_by_case ON break_glass (clinical_case_id, break_glass_id);

-- People who opted out of every use but their own care, as a laboratory's national list says. Only
-- keyed digests of numbers are kept; a new list replaces the one before.
CREATE TABLE opt_out_list (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    version INTEGER NOT NULL CHECK (version >= 1),
    people INTEGER NOT NULL,
    user_uid TEXT,
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (laboratory_id, version)
);

CREATE TABLE opt_out (
    laboratory_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,                     -- HMAC-SHA-256 of the number under the node's key
    PRIMARY KEY (laboratory_id, version, digest),
    FOREIGN KEY (laboratory_id, version) REFERENCES opt_out_list
);

-- Which number the person of a case has, as a keyed digest; may change.
CREATE TABLE case_person (
    clinical_case_id INTEGER PRIMARY KEY REFERENCES clinical_case,
    digest TEXT NOT NULL
);
CREATE INDEX case_person_by_digest ON case_person (digest);
