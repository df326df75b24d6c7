-- Guidelines that people added, and the order in which statements changed.

-- A guideline file as it came: the product's own form, or a specification of an expert panel as
-- ClinGen's registry gives it. Read again whenever it is used, so that nothing of it is lost.
CREATE TABLE guideline_file (
    guideline_file_id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,                     -- of the bytes as they came
    file_name TEXT,                           -- without folders
    combine TEXT NOT NULL,                    -- guideline whose rules it uses where it has none; else empty
    content BLOB NOT NULL,                    -- the exact bytes
    entry_id INTEGER NOT NULL REFERENCES entry,
    UNIQUE (sha256, combine)
);

-- Later versions in the order of recording: who changed what, without walking all statements.
CREATE INDEX statement_version_later ON statement_version (entry_id, statement_id, version) WHERE version > 1;
