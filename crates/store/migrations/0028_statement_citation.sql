-- What a version of a statement cites, for search; the body holds it too.
CREATE TABLE statement_citation (
    citation TEXT NOT NULL,                   -- as people write it, in lower case: `pmid:12345`, `doi:10.1038/…`
    statement_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (citation, statement_id, version),
    FOREIGN KEY (statement_id, version) REFERENCES statement_version
);

-- Versions from before there was that table, whose citations a job has still to enter.
CREATE TABLE uncited_version (
    statement_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (statement_id, version),
    FOREIGN KEY (statement_id, version) REFERENCES statement_version
);
INSERT INTO uncited_version (statement_id, version) SELECT statement_id, version FROM statement_version;
