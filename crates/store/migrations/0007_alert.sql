-- Alerts: what the record changed that somebody may have to act on, who is told, and what became of
-- it. The rules of 0001_record.sql hold.

-- One cause: what one entry changed about one variant, one gene and disease, or one guideline.
CREATE TABLE alert (
    alert_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    entry_id INTEGER NOT NULL REFERENCES entry,
    cause TEXT NOT NULL,                      -- what set it off, such as `statement`, `summary`, `case`
    urgency TEXT NOT NULL CHECK (urgency IN ('high', 'medium', 'low')),
    opinion TEXT CHECK (opinion IN ('new', 'lost', 'undecidable')), -- of a summary; NULL for other causes
    variant_id INTEGER REFERENCES variant,
    gene TEXT,                                -- where it is about a gene and not about one variant
    source_laboratory_id INTEGER REFERENCES laboratory, -- whose change it was, where it was one laboratory's
    body TEXT NOT NULL                        -- JSON: what changed, from what to what, whose decision could change
);
CREATE INDEX alert_by_entry ON alert (entry_id, alert_id);
CREATE INDEX alert_by_variant ON alert (variant_id, alert_id) WHERE variant_id IS NOT NULL;

-- What one laboratory is told of one entry and cause: all alerts of that in one.
CREATE TABLE notice (
    notice_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- who is told
    entry_id INTEGER NOT NULL REFERENCES entry,
    cause TEXT NOT NULL,
    urgency TEXT NOT NULL CHECK (urgency IN ('high', 'medium', 'low')), -- the highest of its alerts
    alerts INTEGER NOT NULL,                  -- how many
    due INTEGER NOT NULL,                     -- to be acknowledged until then
    acknowledged INTEGER,                     -- when it was; set once
    escalated INTEGER,                        -- when it was found overdue; set once
    UNIQUE (laboratory_id, entry_id, cause)
);
CREATE INDEX notice_by_laboratory ON notice (laboratory_id, notice_id);
CREATE INDEX notice_open ON notice (laboratory_id, urgency, notice_id) WHERE acknowledged IS NULL;
CREATE INDEX notice_overdue ON notice (due) WHERE acknowledged IS NULL AND escalated IS NULL;

CREATE TABLE notice_alert (
    notice_id INTEGER NOT NULL REFERENCES notice,
    alert_id INTEGER NOT NULL REFERENCES alert,
    reason TEXT NOT NULL,                     -- why the laboratory is concerned, such as `own_case`
    clinical_case_id INTEGER REFERENCES clinical_case, -- which case of the laboratory's, where it is one
    reexamination TEXT CHECK (reexamination IN ('due', 'on_request')), -- what policy and consent allow for that case
    PRIMARY KEY (notice_id, alert_id, reason)
);
CREATE INDEX notice_alert_by_alert ON notice_alert (alert_id);

-- The history of a notice.
CREATE TABLE notice_event (
    notice_id INTEGER NOT NULL REFERENCES notice,
    ordinal INTEGER NOT NULL,                 -- from 1
    what TEXT NOT NULL CHECK (what IN ('acknowledged', 'escalated', 'sent', 'not_sent')),
    user_uid TEXT,                            -- the person; NULL: the node itself
    user_name TEXT,                           -- as the person was called then
    note TEXT NOT NULL,                       -- the person's words, or where it was sent
    moment INTEGER NOT NULL,
    PRIMARY KEY (notice_id, ordinal)
);

-- What a laboratory asked to be told about.
CREATE TABLE subscription (
    subscription_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    subject TEXT NOT NULL CHECK (subject IN ('variant', 'gene', 'condition', 'phenotype')),
    subject_key TEXT NOT NULL,                -- number of the variant, symbol, identifier or folded name, HPO term
    label TEXT NOT NULL,                      -- as people read it
    user_uid TEXT,                            -- who asked
    entry_id INTEGER NOT NULL REFERENCES entry,
    ended INTEGER                             -- when it was ended; NULL: holds; set once
);
CREATE UNIQUE INDEX subscription_once ON subscription (laboratory_id, subject, subject_key) WHERE ended IS NULL;
CREATE INDEX subscription_by_subject ON subscription (subject, subject_key) WHERE ended IS NULL;

-- How a laboratory wants to be alerted, and its policy on looking again at cases; each change a version.
CREATE TABLE alert_policy (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    version INTEGER NOT NULL CHECK (version >= 1),
    reanalysis TEXT NOT NULL CHECK (reanalysis IN ('oblige', 'on_request', 'forbid')),
    delay_days INTEGER NOT NULL CHECK (delay_days BETWEEN 1 AND 365), -- until a notice escalates
    digest INTEGER NOT NULL CHECK (digest IN (0, 1)), -- a mail a day with what is new
    user_uid TEXT,
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (laboratory_id, version)
);

-- Where a laboratory's notices are sent to.
CREATE TABLE webhook (
    webhook_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    url TEXT NOT NULL,
    user_uid TEXT,
    entry_id INTEGER NOT NULL REFERENCES entry,
    ended INTEGER                             -- when it was ended; NULL: holds; set once
);
CREATE INDEX webhook_by_laboratory ON webhook (laboratory_id) WHERE ended IS NULL;

-- Up to which notice a laboratory's last digest went.
CREATE TABLE digest_mail (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    until_notice_id INTEGER NOT NULL,
    moment INTEGER NOT NULL,
    PRIMARY KEY (laboratory_id, moment)
);

-- What the tested person of a case agreed to; each change a version. Without a row: not known.
CREATE TABLE case_reanalysis (
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    version INTEGER NOT NULL CHECK (version >= 1),
    reanalysis TEXT NOT NULL CHECK (reanalysis IN ('agreed', 'refused', 'unknown')), -- being looked at again
    recontact TEXT NOT NULL CHECK (recontact IN ('agreed', 'refused', 'unknown')),   -- being told
    user_uid TEXT,
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (clinical_case_id, version)
);

-- Knowledge outside the record as the node last saw it, so that the next version can be compared.
CREATE TABLE seen_knowledge (
    kind TEXT NOT NULL CHECK (kind IN ('gene_validity', 'guideline', 'frequency')),
    knowledge_key TEXT NOT NULL,              -- gene, disease and inheritance; `id@version`; name of a table
    content TEXT NOT NULL,                    -- the class, the date, the digest
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (kind, knowledge_key, entry_id)
);
