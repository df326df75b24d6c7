-- What the statements about a variant say together, version after version.

CREATE TABLE aggregate_version (
    variant_id INTEGER NOT NULL REFERENCES variant,
    track TEXT NOT NULL CHECK (track IN ('germline', 'oncogenicity', 'clinical_impact')),
    condition_group TEXT NOT NULL,            -- key of the group; empty for the variant as a whole
    inheritance TEXT NOT NULL,                -- HPO term; empty where not stated
    version INTEGER NOT NULL CHECK (version >= 1),
    standing TEXT NOT NULL CHECK (standing IN ('current', 'ended')), -- ended: no statement is left
    rules TEXT NOT NULL,                      -- id of the rule set that made it
    classification TEXT NOT NULL,             -- in words
    review_status TEXT NOT NULL,              -- code
    sides INTEGER NOT NULL,                   -- 1 benign, 2 uncertain, 4 pathogenic, added up
    body TEXT NOT NULL,                       -- JSON: the aggregate with the statements that made it
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (variant_id, track, condition_group, inheritance, version)
);
CREATE INDEX aggregate_version_by_entry ON aggregate_version (entry_id, variant_id);

-- With what the aggregates of the whole record were last computed; one row for each time.
CREATE TABLE aggregate_basis (
    aggregate_basis_id INTEGER PRIMARY KEY,
    basis TEXT NOT NULL,                      -- rule set and the names of conditions that were loaded
    entry_id INTEGER NOT NULL REFERENCES entry
);
