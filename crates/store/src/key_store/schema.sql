-- The key store: one SQLite file of its own beside the record, whatever database the record is in.
-- Every key in it is sealed with the one above it: root, node, laboratory, data. Rows are re-sealed by rotation.

CREATE TABLE IF NOT EXISTS key_store (
    key_store_id INTEGER PRIMARY KEY CHECK (key_store_id = 1),
    uid TEXT NOT NULL,                        -- the record names it, so that no other key store is taken for it
    made INTEGER NOT NULL                     -- microseconds since 1970-01-01T00:00:00Z, as every moment here
);

-- Keys of the node, sealed with the root; the highest version seals, the ones before open until rotation is through.
CREATE TABLE IF NOT EXISTS node_key (
    version INTEGER PRIMARY KEY,
    wrapped BLOB NOT NULL,
    made INTEGER NOT NULL
);

-- The key of keyed digests, sealed with a node key; it stays as it is, or nothing would be found again.
CREATE TABLE IF NOT EXISTS index_key (
    index_key_id INTEGER PRIMARY KEY CHECK (index_key_id = 1),
    node_version INTEGER NOT NULL,
    wrapped BLOB NOT NULL
);

-- Keys of laboratories, sealed with a node key.
CREATE TABLE IF NOT EXISTS laboratory_key (
    laboratory TEXT NOT NULL,                 -- the laboratory's uid in the record
    version INTEGER NOT NULL,
    node_version INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    made INTEGER NOT NULL,
    PRIMARY KEY (laboratory, version)
);

-- One key for each case and each submission, sealed with a laboratory's key.
CREATE TABLE IF NOT EXISTS data_key (
    owner TEXT PRIMARY KEY,                   -- `case:UID`, `submission:UID`
    laboratory TEXT NOT NULL,
    version INTEGER NOT NULL,                 -- of the laboratory's key
    wrapped BLOB,                             -- NULL: destroyed, and what it sealed with it
    made INTEGER NOT NULL,
    destroyed INTEGER
);
CREATE INDEX IF NOT EXISTS data_key_by_version ON data_key (laboratory, version) WHERE wrapped IS NOT NULL;
CREATE INDEX IF NOT EXISTS data_key_destroyed ON data_key (destroyed) WHERE destroyed IS NOT NULL;
