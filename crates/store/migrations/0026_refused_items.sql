-- Items of a peer's stream that were not taken, and statements that a peer cannot be given because they do not read: each
-- is named, and nothing waits for it.
-- The rules of 0001_record.sql hold.

-- An item of a peer's stream that was refused; the cursor went past it.
CREATE TABLE peer_refused (
    peer_id INTEGER NOT NULL REFERENCES peer,
    place INTEGER NOT NULL,                   -- its place in the peer's stream
    digest TEXT NOT NULL,                     -- SHA-256 of its bytes, which are not kept
    reason TEXT NOT NULL,                     -- why, for a person
    refused_at INTEGER NOT NULL,              -- when
    PRIMARY KEY (peer_id, place)
);

-- A version of a statement that cannot be read, signed or noted in the ledger: the peer is not given it. Found anew when
-- everything is looked at again.
CREATE TABLE peer_unreadable (
    peer_id INTEGER NOT NULL REFERENCES peer,
    statement_id INTEGER NOT NULL REFERENCES statement,
    statement_version INTEGER NOT NULL,
    reason TEXT NOT NULL,                     -- why, for a person
    PRIMARY KEY (peer_id, statement_id, statement_version)
);
