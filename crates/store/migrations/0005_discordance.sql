-- Laboratories that differ: what the machine found, what people did about it, how it ended.
-- The rules of 0001_record.sql hold.

-- A discordance through all its versions. The columns that may change repeat the last version, so
-- that the queue reads one index.
CREATE TABLE discordance (
    discordance_id INTEGER PRIMARY KEY,       -- also the number of its accession CRD…
    variant_id INTEGER NOT NULL REFERENCES variant, -- the first recorded of the variants compared; may change when variants are merged or compared otherwise
    track TEXT NOT NULL CHECK (track IN ('germline', 'oncogenicity', 'clinical_impact')),
    scope TEXT NOT NULL CHECK (scope IN ('condition', 'unstated', 'across_conditions')), -- may change when a condition is named
    condition_group TEXT NOT NULL,            -- key of condition and inheritance; empty unless the scope is a condition; may change with it
    entry_id INTEGER NOT NULL REFERENCES entry, -- when it was first found
    version INTEGER NOT NULL,                 -- of its last version; may change
    state TEXT NOT NULL,                      -- may change
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)), -- whether it asks for work; may change
    grade INTEGER NOT NULL,                   -- 1 is the gravest; may change
    opened INTEGER NOT NULL,                  -- when it was last opened by the machine; may change
    changed INTEGER NOT NULL,                 -- when its last version was made; may change
    ended INTEGER,                            -- when it last ended; NULL while it asks for work; may change
    times_opened INTEGER NOT NULL,            -- may change
    assigned INTEGER REFERENCES account (account_id), -- may change
    due TEXT,                                 -- a day, `2026-11-30`; may change
    condition_words TEXT NOT NULL,            -- condition and inheritance for people; may change
    search_text TEXT NOT NULL,                -- folded: variant, genes, condition, laboratories; may change
    UNIQUE (variant_id, track, scope, condition_group)
);
CREATE INDEX discordance_queue ON discordance (is_open, grade, opened, discordance_id);

CREATE TABLE discordance_version (
    discordance_id INTEGER NOT NULL REFERENCES discordance,
    version INTEGER NOT NULL CHECK (version >= 1),
    state TEXT NOT NULL CHECK (state IN ('open', 'in_discussion', 'pending_concordance', 'concordant', 'continued')),
    grade INTEGER NOT NULL CHECK (grade BETWEEN 1 AND 5),
    cause TEXT NOT NULL,                      -- what made this version, such as `found`, `statements_changed`, `agreed`
    account_id INTEGER REFERENCES account,    -- whose act; NULL: the machine
    members_version INTEGER NOT NULL,         -- the version that lists its members
    assigned INTEGER REFERENCES account (account_id),
    due TEXT,
    reason TEXT,                              -- code: why it ended or continues
    note TEXT NOT NULL,                       -- the person's words; may be empty
    agreed TEXT NOT NULL,                     -- JSON: statements and the classes they are to have
    rules TEXT NOT NULL,                      -- versions of detection and equivalence, `1/1`
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (discordance_id, version)
);
CREATE INDEX discordance_version_by_entry ON discordance_version (entry_id);
CREATE INDEX discordance_version_by_rules ON discordance_version (rules);

-- The statement versions that differ, listed anew whenever they change.
CREATE TABLE discordance_member (
    discordance_id INTEGER NOT NULL,
    version INTEGER NOT NULL,                 -- of the discordance
    statement_id INTEGER NOT NULL,
    statement_version INTEGER NOT NULL,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    variant_id INTEGER NOT NULL REFERENCES variant, -- as compared, after mergers of then
    classification TEXT NOT NULL,
    PRIMARY KEY (discordance_id, version, statement_id),
    FOREIGN KEY (discordance_id, version) REFERENCES discordance_version,
    FOREIGN KEY (statement_id, statement_version) REFERENCES statement_version
);
CREATE INDEX discordance_member_by_statement ON discordance_member (statement_id, discordance_id);

-- Why variants that are not identical were compared as one, at a version that lists members.
CREATE TABLE discordance_variant (
    discordance_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    variant_id INTEGER NOT NULL REFERENCES variant,
    why TEXT NOT NULL,                        -- in words; empty for the first
    PRIMARY KEY (discordance_id, version, variant_id),
    FOREIGN KEY (discordance_id, version) REFERENCES discordance_version
);
CREATE INDEX discordance_variant_by_variant ON discordance_variant (variant_id, discordance_id);

CREATE TABLE discordance_message (
    discordance_message_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    discordance_id INTEGER NOT NULL REFERENCES discordance,
    statement_id INTEGER,                     -- the version spoken of; NULL: the whole
    statement_version INTEGER,
    account_id INTEGER NOT NULL REFERENCES account,
    text TEXT NOT NULL,
    entry_id INTEGER NOT NULL REFERENCES entry,
    FOREIGN KEY (statement_id, statement_version) REFERENCES statement_version
);
CREATE INDEX discordance_message_by_discordance ON discordance_message (discordance_id, discordance_message_id);

-- `Would you accept this class with these criteria?`
CREATE TABLE discordance_proposal (
    discordance_proposal_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    discordance_id INTEGER NOT NULL REFERENCES discordance,
    statement_id INTEGER NOT NULL,            -- whose class is to change
    statement_version INTEGER NOT NULL,
    classification TEXT NOT NULL,             -- the class proposed
    criteria TEXT NOT NULL,                   -- JSON: the criteria proposed to change
    text TEXT NOT NULL,
    counters INTEGER REFERENCES discordance_proposal, -- the proposal it answers
    account_id INTEGER NOT NULL REFERENCES account,
    entry_id INTEGER NOT NULL REFERENCES entry,
    FOREIGN KEY (statement_id, statement_version) REFERENCES statement_version
);
CREATE INDEX discordance_proposal_by_discordance ON discordance_proposal (discordance_id, discordance_proposal_id);

CREATE TABLE discordance_answer (
    discordance_proposal_id INTEGER PRIMARY KEY REFERENCES discordance_proposal,
    answer TEXT NOT NULL CHECK (answer IN ('accept', 'decline', 'counter')),
    text TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account,
    entry_id INTEGER NOT NULL REFERENCES entry
);

-- Structured doubts about a statement version, and their end.
CREATE TABLE statement_flag (
    statement_flag_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    discordance_id INTEGER NOT NULL REFERENCES discordance, -- in which it was raised
    statement_id INTEGER NOT NULL,
    statement_version INTEGER NOT NULL,
    reason TEXT NOT NULL,                     -- code of ClinVar's curation taxonomy
    text TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account,
    entry_id INTEGER NOT NULL REFERENCES entry,
    FOREIGN KEY (statement_id, statement_version) REFERENCES statement_version
);
CREATE INDEX statement_flag_by_statement ON statement_flag (statement_id, statement_flag_id);
CREATE INDEX statement_flag_by_discordance ON statement_flag (discordance_id, statement_flag_id);

CREATE TABLE statement_flag_lift (
    statement_flag_id INTEGER PRIMARY KEY REFERENCES statement_flag,
    reason TEXT NOT NULL,
    text TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account,
    entry_id INTEGER NOT NULL REFERENCES entry
);

-- What a laboratory means by its own words for a condition; each change is a version.
CREATE TABLE condition_naming (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    text_folded TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    text TEXT NOT NULL,                       -- as written
    curie TEXT,                               -- what is meant; NULL: taken back
    label TEXT NOT NULL,                      -- its name when it was confirmed
    account_id INTEGER NOT NULL REFERENCES account,
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (laboratory_id, text_folded, version)
);

-- Which rules the whole record has been looked at with.
CREATE TABLE discordance_run (
    rules TEXT PRIMARY KEY,                   -- versions of detection and equivalence, `1/1`
    entry_id INTEGER NOT NULL REFERENCES entry
);

-- The conditions of a statement version; the key of the table begins with the condition.
CREATE INDEX statement_condition_by_version ON statement_condition (statement_id, version);
