-- Who has carried out a tombstone beyond the peer that it was given to: signed by each recipient, passed back by hubs.
-- The rules of 0001_record.sql hold.

-- What a node says about a tombstone, signed by it.
CREATE TABLE peer_acknowledgement (
    peer_acknowledgement_id INTEGER PRIMARY KEY,
    tombstone TEXT NOT NULL REFERENCES signed_statement, -- the withdrawal
    node TEXT NOT NULL,                       -- id of the recipient
    name TEXT NOT NULL,                       -- what the recipient calls itself
    kind TEXT NOT NULL CHECK (kind IN ('told', 'done')), -- a hub has passed it on to it, or it has taken it out itself
    signer TEXT NOT NULL,                     -- id of the node that signed: the hub, or the recipient
    signer_name TEXT NOT NULL,                -- what that node calls itself
    said INTEGER NOT NULL,                    -- when, by the clock of the node that signed
    content BLOB NOT NULL,                    -- deterministic CBOR with the signature
    UNIQUE (tombstone, node, kind)
);

-- Who brought a tombstone here, and is told what became of it.
CREATE TABLE peer_acknowledgement_owed (
    peer_id INTEGER NOT NULL REFERENCES peer,
    tombstone TEXT NOT NULL REFERENCES signed_statement,
    PRIMARY KEY (peer_id, tombstone)
);

-- What a peer was told already.
CREATE TABLE peer_acknowledgement_sent (
    peer_id INTEGER NOT NULL REFERENCES peer,
    peer_acknowledgement_id INTEGER NOT NULL REFERENCES peer_acknowledgement,
    PRIMARY KEY (peer_id, peer_acknowledgement_id)
);

-- Who was given a tombstone is found by its name.
CREATE INDEX peer_release_by_withdrawal ON peer_release (withdrawn_digest, peer_id) WHERE withdrawn_digest IS NOT NULL;
