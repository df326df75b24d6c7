-- The record of a node.
--
-- Rules of every table here:
--   * `<table>_id` is a serial number given by the single writer, from 1, without reuse. It orders
--     the record and never leaves the node; `uid` (32 hexadecimal digits, random) does.
--   * Rows are added and never changed or removed, unless a column says that it may change.
--   * `entry_id` says by which addition to the record a row came; a read "as of" a moment leaves
--     out the rows of later entries.
--   * Moments are microseconds since 1970-01-01T00:00:00Z. Truth values are 0 and 1.
--   * A `*_folded` column is the text in lower case with single spaces, for equality and prefixes.

-- One durable addition to the record: a transaction that wrote something worth dating.
CREATE TABLE entry (
    entry_id INTEGER PRIMARY KEY,   -- the record index; grows by one
    recorded INTEGER NOT NULL       -- when; never earlier than that of the entry before
);
CREATE INDEX entry_by_recorded ON entry (recorded, entry_id);

CREATE TABLE laboratory (
    laboratory_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,                       -- full name, as first given
    name_folded TEXT NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,                -- for addresses and commands
    clinvar_org_id INTEGER UNIQUE,            -- ClinVar's organisation number; may be filled in later
    is_member INTEGER NOT NULL CHECK (is_member IN (0, 1)), -- has accounts here; may change
    entry_id INTEGER NOT NULL REFERENCES entry
);

-- Public halves of the keys that a laboratory signs its submissions with.
CREATE TABLE laboratory_key (
    laboratory_key_id INTEGER PRIMARY KEY,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    public_key TEXT NOT NULL UNIQUE,          -- Ed25519, 64 hexadecimal digits
    entry_id INTEGER NOT NULL REFERENCES entry
);
CREATE INDEX laboratory_key_by_laboratory ON laboratory_key (laboratory_id);

-- A package as it came in. Its bytes are in submission_content.
CREATE TABLE submission (
    submission_id INTEGER PRIMARY KEY,        -- also the number of its accession CRS…
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- who sent it
    user_uid TEXT,                            -- the person; NULL when a system sent it
    channel TEXT NOT NULL CHECK (channel IN ('command', 'api', 'page', 'watch')),
    format TEXT NOT NULL,                     -- recognised format, such as `clinvar.snapshot`
    source_name TEXT NOT NULL,                -- what it is, such as `ClinVar`
    source_version TEXT,                      -- its version or date as it says itself
    source_file TEXT,                         -- file name without folders
    sha256 TEXT NOT NULL,                     -- of the bytes as they came
    reading TEXT NOT NULL,                    -- digest of bytes, column mapping and reader version
    counts TEXT NOT NULL,                     -- JSON: records read, new, updated, unchanged, rejected
    signature TEXT NOT NULL,                  -- Ed25519 over the submission's signed form, hexadecimal
    laboratory_key_id INTEGER NOT NULL REFERENCES laboratory_key,
    entry_id INTEGER NOT NULL REFERENCES entry,
    UNIQUE (laboratory_id, reading)
);

CREATE TABLE submission_content (
    submission_id INTEGER PRIMARY KEY REFERENCES submission,
    encoding TEXT NOT NULL CHECK (encoding IN ('identity', 'gzip')), -- how `content` is packed
    content BLOB NOT NULL                     -- the exact bytes, once unpacked
);

-- Every finding of an import, in the order of the file.
CREATE TABLE submission_problem (
    submission_id INTEGER NOT NULL REFERENCES submission,
    ordinal INTEGER NOT NULL,                 -- from 1
    severity TEXT NOT NULL CHECK (severity IN ('note', 'repaired', 'warning', 'error')),
    code TEXT NOT NULL,
    file TEXT,
    row_number INTEGER,                       -- row, line or element, from 1
    column_name TEXT,
    message TEXT NOT NULL,
    remedy TEXT NOT NULL,
    PRIMARY KEY (submission_id, ordinal)
);

-- What a client called its request, so that sending it twice stores it once.
CREATE TABLE idempotency_key (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    client_key TEXT NOT NULL,
    sha256 TEXT NOT NULL,                     -- of the bytes; the same key with other bytes is an error
    submission_id INTEGER NOT NULL REFERENCES submission,
    PRIMARY KEY (laboratory_id, client_key)
);

-- A canonical variant: the group of its alleles over all builds, or a text nobody could resolve yet.
CREATE TABLE variant (
    variant_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    canonical_key TEXT NOT NULL UNIQUE,       -- equal for equal variants; changes when re-resolved
    status TEXT NOT NULL CHECK (status IN ('resolved', 'not_verified', 'provisional', 'unresolved')), -- may change
    kind TEXT NOT NULL,                       -- such as `substitution`; may change when re-resolved
    label TEXT NOT NULL,                      -- best name for a heading; may change when re-resolved
    vrs_id TEXT,                              -- preferred VRS identifier; may change when re-resolved
    vrs_version TEXT,                         -- of the identifiers; may change with them
    hgvs_c TEXT,                              -- on the preferred transcript; may change with the transcripts
    hgvs_p TEXT,                              -- the same for the protein
    merged_into INTEGER REFERENCES variant,   -- found to be this other variant; set once
    merged_entry_id INTEGER REFERENCES entry, -- when that was found
    entry_id INTEGER NOT NULL REFERENCES entry
);
CREATE INDEX variant_by_merged_into ON variant (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX variant_by_vrs_id ON variant (vrs_id);
CREATE INDEX variant_open ON variant (status, variant_id) WHERE status IN ('provisional', 'not_verified', 'unresolved');

-- Where a variant lies on one assembly. Replaced as a whole when the variant is re-resolved.
CREATE TABLE variant_allele (
    variant_id INTEGER NOT NULL REFERENCES variant,
    assembly TEXT NOT NULL CHECK (assembly IN ('GRCh37', 'GRCh38')),
    contig INTEGER NOT NULL CHECK (contig BETWEEN 0 AND 24), -- rank: 0 is chromosome 1, 24 is MT
    start_pos INTEGER NOT NULL,               -- interbase, 0-based
    end_pos INTEGER NOT NULL CHECK (end_pos >= start_pos),
    is_long INTEGER NOT NULL CHECK (is_long IN (0, 1)), -- spans more than 1000 bases
    vrs_id TEXT,                              -- VRS identifier on this assembly
    spdi TEXT,
    hgvs_g TEXT,
    vcf TEXT,                                 -- `17-43045712-T-C`, left-aligned
    PRIMARY KEY (variant_id, assembly)
);
CREATE INDEX variant_allele_by_place ON variant_allele (assembly, contig, start_pos, end_pos, variant_id);
CREATE INDEX variant_allele_long ON variant_allele (assembly, contig, start_pos, end_pos, variant_id) WHERE is_long = 1;
CREATE INDEX variant_allele_by_vrs_id ON variant_allele (vrs_id) WHERE vrs_id IS NOT NULL;

-- Which genes a variant touches. Replaced as a whole when the variant is re-resolved.
CREATE TABLE variant_gene (
    gene TEXT NOT NULL,                       -- symbol
    variant_id INTEGER NOT NULL REFERENCES variant,
    hgvs_c TEXT,                              -- on the gene's preferred transcript
    hgvs_p TEXT,
    protein_start INTEGER,                    -- first residue changed, from 1
    PRIMARY KEY (gene, variant_id)
);
CREATE INDEX variant_gene_by_variant ON variant_gene (variant_id);

-- Every notation a variant came in under, for search. What each statement said stands with it.
CREATE TABLE variant_expression (
    expression_folded TEXT NOT NULL,
    variant_id INTEGER NOT NULL REFERENCES variant,
    expression TEXT NOT NULL,
    assembly TEXT,                            -- of its positions, where the source said so
    trust INTEGER NOT NULL,                   -- 0: the notation its source is surest of; then 1, 2 …
    PRIMARY KEY (expression_folded, variant_id)
);
CREATE INDEX variant_expression_by_variant ON variant_expression (variant_id);

-- Names of a variant at its sources, such as `ClinVar:17662`, `rs80357914`.
CREATE TABLE variant_xref (
    xref TEXT NOT NULL,
    variant_id INTEGER NOT NULL REFERENCES variant,
    PRIMARY KEY (xref, variant_id)
);
CREATE INDEX variant_xref_by_variant ON variant_xref (variant_id);

-- A disease as somebody named it, with the identifiers given; one row for each distinct naming.
CREATE TABLE condition (
    condition_id INTEGER PRIMARY KEY,
    condition_key TEXT NOT NULL UNIQUE,       -- folded name and identifiers
    name TEXT NOT NULL,                       -- empty when only identifiers were given
    name_folded TEXT NOT NULL
);
CREATE INDEX condition_by_name ON condition (name_folded, condition_id);

CREATE TABLE condition_xref (
    curie TEXT NOT NULL,                      -- such as `OMIM:604370`
    condition_id INTEGER NOT NULL REFERENCES condition,
    PRIMARY KEY (curie, condition_id)
);
CREATE INDEX condition_xref_by_condition ON condition_xref (condition_id);

-- A laboratory's position through all its versions.
CREATE TABLE statement (
    statement_id INTEGER PRIMARY KEY,         -- also the number of its accession CRN…
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- whose it is
    record_key TEXT NOT NULL,                 -- what makes a later record of the laboratory a version of this one
    entry_id INTEGER NOT NULL REFERENCES entry,
    UNIQUE (laboratory_id, record_key)
);

CREATE TABLE statement_version (
    statement_id INTEGER NOT NULL REFERENCES statement,
    version INTEGER NOT NULL CHECK (version >= 1),
    submission_id INTEGER NOT NULL REFERENCES submission, -- the submission that brought it
    row_number INTEGER NOT NULL,              -- where in the submission
    variant_id INTEGER NOT NULL REFERENCES variant,
    expression TEXT NOT NULL,                 -- the variant as the laboratory wrote it
    source_accession TEXT,                    -- with version, such as `SCV000043189.1`
    standing TEXT NOT NULL CHECK (standing IN ('current', 'withdrawn')),
    classification TEXT NOT NULL,             -- code of the class
    last_evaluated TEXT,                      -- date as precise as given
    body TEXT NOT NULL,                       -- JSON: everything the statement says
    digest TEXT NOT NULL,                     -- of what a change is judged by
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (statement_id, version)
);
CREATE INDEX statement_version_by_variant ON statement_version (variant_id, statement_id, version);
CREATE INDEX statement_version_by_submission ON statement_version (submission_id, statement_id);
CREATE INDEX statement_version_by_source ON statement_version (source_accession) WHERE source_accession IS NOT NULL;

-- The conditions of a version, for search and grouping; the body holds them too.
CREATE TABLE statement_condition (
    condition_id INTEGER NOT NULL REFERENCES condition,
    statement_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (condition_id, statement_id, version),
    FOREIGN KEY (statement_id, version) REFERENCES statement_version
);

-- The criteria of a version, for search; the body holds them too.
CREATE TABLE statement_criterion (
    statement_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,                 -- from 1, in the order of the source
    code TEXT NOT NULL,                       -- such as `PM2`
    outcome TEXT NOT NULL CHECK (outcome IN ('met', 'not_met', 'not_evaluated')),
    strength TEXT,                            -- NULL when the source did not say
    PRIMARY KEY (statement_id, version, ordinal),
    FOREIGN KEY (statement_id, version) REFERENCES statement_version
);
CREATE INDEX statement_criterion_by_code ON statement_criterion (code, outcome, statement_id, version);

-- One tested person without identity (`case` alone is a word of SQL).
CREATE TABLE clinical_case (
    clinical_case_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    local_id TEXT NOT NULL,                   -- the laboratory's pseudonym; shown to nobody else
    entry_id INTEGER NOT NULL REFERENCES entry,
    UNIQUE (laboratory_id, local_id)
);

CREATE TABLE clinical_case_version (
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    version INTEGER NOT NULL CHECK (version >= 1),
    submission_id INTEGER NOT NULL REFERENCES submission,
    row_number INTEGER NOT NULL,
    body TEXT NOT NULL,                       -- JSON: sex, age band, features, conditions, progress
    citations TEXT NOT NULL,                  -- JSON: publications that describe the case
    digest TEXT NOT NULL,                     -- of what a change is judged by
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (clinical_case_id, version)
);
CREATE INDEX clinical_case_version_by_submission ON clinical_case_version (submission_id, clinical_case_id);

-- The features of a case version, for search and counting; the body holds them too.
CREATE TABLE case_feature (
    term TEXT NOT NULL,                       -- HPO term
    clinical_case_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    excluded INTEGER NOT NULL CHECK (excluded IN (0, 1)), -- looked for and absent
    label TEXT NOT NULL,                      -- its name as given; may be empty
    PRIMARY KEY (term, clinical_case_id, version, excluded),
    FOREIGN KEY (clinical_case_id, version) REFERENCES clinical_case_version
);
CREATE INDEX case_feature_by_case ON case_feature (clinical_case_id, version);

CREATE TABLE case_condition (
    condition_id INTEGER NOT NULL REFERENCES condition,
    clinical_case_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (condition_id, clinical_case_id, version),
    FOREIGN KEY (clinical_case_id, version) REFERENCES clinical_case_version
);

-- A variant seen in a case, as of one version of the case.
CREATE TABLE observation (
    observation_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    clinical_case_id INTEGER NOT NULL,
    version INTEGER NOT NULL,                 -- of the case
    variant_id INTEGER NOT NULL REFERENCES variant,
    expression TEXT NOT NULL,                 -- the variant as the laboratory wrote it
    zygosity TEXT NOT NULL,
    fraction DOUBLE PRECISION CHECK (fraction BETWEEN 0 AND 1), -- of genomes or cells that carry it
    origin TEXT NOT NULL,
    affected TEXT NOT NULL,
    phase TEXT,                               -- same phase of one case: same chromosome
    role TEXT NOT NULL,                       -- in the explanation of the case
    classification TEXT,                      -- class noted with the case
    FOREIGN KEY (clinical_case_id, version) REFERENCES clinical_case_version
);
CREATE INDEX observation_by_variant ON observation (variant_id, clinical_case_id, version);
CREATE INDEX observation_by_case ON observation (clinical_case_id, version);

-- Background work. Rows change as work goes on.
CREATE TABLE job (
    job_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,                       -- what to do, such as `reresolve`
    subject TEXT NOT NULL,                    -- JSON: with what
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    attempts INTEGER NOT NULL,                -- times it was claimed
    run_after INTEGER NOT NULL,               -- not before this moment
    lease_until INTEGER,                      -- a claim that is not renewed until then is void
    last_error TEXT,                          -- why the last attempt failed
    created INTEGER NOT NULL,
    finished INTEGER
);
CREATE INDEX job_due ON job (state, run_after, job_id);
CREATE UNIQUE INDEX job_waiting_once ON job (kind, subject) WHERE state = 'waiting';

-- How a laboratory's own sheet is read, as its people corrected it; each change is a version.
CREATE TABLE column_mapping (
    column_mapping_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    name TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    headers_key TEXT NOT NULL,                -- digest of the sheet's headings, so that the same sheet finds it again
    body TEXT NOT NULL,                       -- JSON: what each column means
    entry_id INTEGER NOT NULL REFERENCES entry,
    UNIQUE (laboratory_id, name, version)
);
CREATE INDEX column_mapping_by_headers ON column_mapping (laboratory_id, headers_key, column_mapping_id);

-- Reference files this node has worked with, so that every derived number can name its source.
CREATE TABLE reference_source (
    reference_source_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,                       -- such as `HPO`
    source_version TEXT,                      -- as the file says itself
    sha256 TEXT NOT NULL,
    file TEXT,                                -- file name without folders
    entry_id INTEGER NOT NULL REFERENCES entry,
    UNIQUE (name, sha256)
);
