-- Other nodes, what was agreed with them, what they were given and what came from them.
-- The rules of 0001_record.sql hold.

-- A node that this one knows by its key.
CREATE TABLE peer (
    peer_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,                 -- its id: the first 32 hexadecimal digits of SHA-256 of its key
    name TEXT NOT NULL UNIQUE,                -- as it calls itself; may change
    address TEXT NOT NULL,                    -- `host:port`; empty: it calls, and is never called; may change
    public_key TEXT NOT NULL UNIQUE,          -- Ed25519, 64 hexadecimal digits
    certificate TEXT NOT NULL,                -- SHA-256 of its TLS certificate, 64 hexadecimal digits; may change
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended', 'removed')), -- may change
    taken INTEGER NOT NULL,                   -- place in its stream up to which everything is here; grows
    waiting INTEGER NOT NULL,                 -- items after that place, as it said last; may change
    looked_entry INTEGER NOT NULL,            -- the last statement version that was looked at for it:
    looked_statement INTEGER NOT NULL,        -- its entry and its statement; 0 to look at all again; may change
    looked_basis TEXT NOT NULL,               -- terms and consents that this was decided by; may change
    last_contact INTEGER,                     -- when it was last heard of, to the minute; may change
    last_failure INTEGER,                     -- when it was last not reached; NULL: reached since; may change
    failure TEXT,                             -- why; may change
    user_uid TEXT,                            -- who added it; NULL: at the machine
    entry_id INTEGER NOT NULL REFERENCES entry
);

-- What this node offers a peer, and what both signed. A version without the peer's signature is an offer.
CREATE TABLE peer_agreement (
    peer_id INTEGER NOT NULL REFERENCES peer,
    version INTEGER NOT NULL CHECK (version >= 1),
    offered BLOB NOT NULL,                    -- what this node gives: tier, purposes, genes, period; deterministic CBOR
    received BLOB,                            -- what the peer gives; set with the signatures
    signature TEXT,                           -- by this node over both, 128 hexadecimal digits; set once
    peer_signature TEXT,                      -- by the peer over both; set once
    user_uid TEXT,
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (peer_id, version)
);

-- Statements as they travel between nodes: the laboratory's signed bytes, never changed by any hop.
CREATE TABLE signed_statement (
    digest TEXT PRIMARY KEY,                  -- SHA-256 of the content: its name in the network
    origin TEXT NOT NULL,                     -- id of the node that the laboratory works on
    accession TEXT NOT NULL,                  -- there
    version INTEGER NOT NULL,                 -- there
    kind TEXT NOT NULL CHECK (kind IN ('statement', 'withdrawal')),
    peer_id INTEGER REFERENCES peer,          -- who brought it here; NULL: made here
    statement_id INTEGER REFERENCES statement, -- the statement it is here; NULL: not taken into the record
    statement_version INTEGER,                -- and its version here; NULL: overtaken by a later one before it came
    content BLOB NOT NULL,                    -- deterministic CBOR with the laboratory's signature
    received INTEGER NOT NULL,                -- when it was made or came
    UNIQUE (origin, accession, version, kind)
);
CREATE INDEX signed_statement_by_statement ON signed_statement (statement_id, statement_version);

-- The node behind an id: who vouches for a laboratory's key.
CREATE TABLE peer_origin (
    origin TEXT PRIMARY KEY,                  -- the node's id
    name TEXT NOT NULL,                       -- as it called itself first
    public_key TEXT NOT NULL,                 -- its key, which the id is made of
    peer_id INTEGER REFERENCES peer,          -- the peer that first brought a statement of it
    entry_id INTEGER NOT NULL REFERENCES entry
);

-- A laboratory of another node, and which row it is here. Its key is the first that was seen of it.
CREATE TABLE peer_laboratory (
    origin TEXT NOT NULL REFERENCES peer_origin,
    laboratory_uid TEXT NOT NULL,             -- its id there
    public_key TEXT NOT NULL,                 -- what it signs with
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (origin, laboratory_uid)
);

-- Who has what: everything that was given to a peer, and whether it was taken back. The rows of a peer are its stream:
-- a place for what was given and, later, one for the tombstone.
CREATE TABLE peer_release (
    peer_release_id INTEGER PRIMARY KEY,
    peer_id INTEGER NOT NULL REFERENCES peer,
    place INTEGER NOT NULL,                   -- place in the peer's stream, from 1; changes when it was held back
    held_back INTEGER NOT NULL CHECK (held_back IN (0, 1)), -- left out, for what was agreed changed before it was sent
    digest TEXT NOT NULL REFERENCES signed_statement, -- what was given
    statement_id INTEGER NOT NULL REFERENCES statement,
    statement_version INTEGER NOT NULL,       -- with the accession of the statement: what it is called here
    ledger_entry_id INTEGER NOT NULL REFERENCES ledger_entry, -- where the ledger says so
    released_at INTEGER NOT NULL,             -- when
    withdrawn_place INTEGER,                  -- place of the tombstone in the stream; set once
    withdrawn_digest TEXT REFERENCES signed_statement, -- the tombstone; set once
    withdrawn_reason TEXT,                    -- `laboratory`, `consent` or `erased`; set once
    withdrawn_at INTEGER,                     -- when it was taken back; set once
    acknowledged_at INTEGER,                  -- when the peer said that it has taken it out; set once
    UNIQUE (peer_id, digest)
);
CREATE INDEX peer_release_by_place ON peer_release (peer_id, place);
CREATE INDEX peer_release_by_tombstone ON peer_release (peer_id, withdrawn_place)
    WHERE withdrawn_place IS NOT NULL;
CREATE INDEX peer_release_by_statement ON peer_release (statement_id, peer_id);

-- The cases behind what was given: whose person may ask who has it.
CREATE TABLE peer_release_case (
    peer_release_id INTEGER NOT NULL REFERENCES peer_release,
    clinical_case_id INTEGER NOT NULL REFERENCES clinical_case,
    PRIMARY KEY (clinical_case_id, peer_release_id)
);

-- How many statements a peer was not given, by reason; counted anew when everything is looked at again.
CREATE TABLE peer_withheld (
    peer_id INTEGER NOT NULL REFERENCES peer,
    reason TEXT NOT NULL,
    statements INTEGER NOT NULL,
    PRIMARY KEY (peer_id, reason)
);

-- What is new for a peer is found in the order of recording.
CREATE INDEX statement_version_by_entry ON statement_version (entry_id, statement_id);
-- Whether a consent changed since a peer's stream was looked at is asked at every pull.
CREATE INDEX consent_by_entry ON consent (entry_id);
