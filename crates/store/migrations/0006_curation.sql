-- Classifications in the making. The rules of 0001_record.sql hold, with two exceptions: these rows
-- carry no `entry_id`, for work in progress is not part of what was known when (what comes of it is,
-- as a submission); and the columns of `curation_draft` behind `head` repeat the last revision, so
-- that lists need not replay drafts: they may change.

-- A classification of a variant, or the weighing of a gene against a disease, by one laboratory.
CREATE TABLE curation_draft (
    curation_draft_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- whose it is; nobody else sees it
    kind TEXT NOT NULL CHECK (kind IN ('variant', 'gene_disease')),
    variant_id INTEGER REFERENCES variant,    -- of a classification
    gene TEXT,                                -- of a weighing: the symbol
    local_key TEXT,                           -- what makes the shared statement a version of an earlier one
    source_accession TEXT,                    -- the same, where the earlier one is known by its source
    created INTEGER NOT NULL,
    created_by TEXT NOT NULL,                 -- the person's uid
    -- head
    revision INTEGER NOT NULL,                -- the last one
    state TEXT NOT NULL CHECK (state IN ('draft', 'reviewed', 'shared', 'withdrawn')),
    signatures INTEGER NOT NULL,              -- that hold
    round INTEGER NOT NULL,                   -- version, from 1
    conflicts INTEGER NOT NULL,               -- fields that hold two values
    guideline TEXT NOT NULL,                  -- address; empty: none chosen
    class TEXT NOT NULL,                      -- code of the class as it stands; empty: none
    subject TEXT NOT NULL,                    -- the condition, for people
    network INTEGER NOT NULL CHECK (network IN (0, 1)), -- whether it is shared with the network
    changed INTEGER NOT NULL,
    changed_by TEXT NOT NULL,
    CHECK ((kind = 'variant') = (variant_id IS NOT NULL)),
    CHECK ((kind = 'gene_disease') = (gene IS NOT NULL))
);
CREATE INDEX curation_draft_by_laboratory ON curation_draft (laboratory_id, changed, curation_draft_id);
CREATE INDEX curation_draft_by_variant ON curation_draft (variant_id, laboratory_id) WHERE variant_id IS NOT NULL;
CREATE INDEX curation_draft_by_gene ON curation_draft (gene, laboratory_id) WHERE gene IS NOT NULL;

-- Everything that people did to a draft.
CREATE TABLE curation_revision (
    curation_draft_id INTEGER NOT NULL REFERENCES curation_draft,
    revision INTEGER NOT NULL CHECK (revision >= 1),
    user_uid TEXT NOT NULL,                   -- who
    moment INTEGER NOT NULL,                  -- when
    act TEXT NOT NULL,                        -- JSON: what
    PRIMARY KEY (curation_draft_id, revision)
);

-- How a laboratory works: signatures it asks for, templates. The newest version counts.
CREATE TABLE curation_setting (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    version INTEGER NOT NULL CHECK (version >= 1),
    body TEXT NOT NULL,                       -- JSON
    user_uid TEXT NOT NULL,
    moment INTEGER NOT NULL,
    PRIMARY KEY (laboratory_id, version)
);
