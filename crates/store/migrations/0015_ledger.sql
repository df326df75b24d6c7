-- The ledger: what was done with data, as a tamper-evident log. The rules of 0001_record.sql hold.
-- What is signed and published are the leaves; bodies and salts stay here and can be erased.

-- Which ledger this is; one row, made with the node.
CREATE TABLE ledger (
    ledger_id INTEGER PRIMARY KEY CHECK (ledger_id = 1),
    node_uid TEXT NOT NULL,                   -- the node's id in leaves
    origin TEXT NOT NULL,                     -- the name of the log; that of a year's shard is this, a slash, the year
    log_key TEXT NOT NULL,                    -- Ed25519 key that signs checkpoints, 64 hexadecimal digits
    witness_key TEXT NOT NULL                 -- Ed25519 key that signs other logs' checkpoints
);

-- The tree of one year. The last row grows; a frozen one never changes again.
CREATE TABLE ledger_shard (
    ledger_shard_id INTEGER PRIMARY KEY,      -- the year
    origin TEXT NOT NULL UNIQUE,
    first_entry INTEGER NOT NULL,             -- ledger_entry_id of the leaf with index 0
    size INTEGER NOT NULL,                    -- leaves under the checkpoint; may change by compare-and-swap, grows
    root BLOB NOT NULL,                       -- root of the tree of that size; changes with it
    checkpoint TEXT NOT NULL,                 -- the signed note of that size; changes with it
    cosigned_size INTEGER NOT NULL,           -- size of the newest checkpoint that enough witnesses signed; grows
    cosigned TEXT,                            -- that checkpoint with their signatures; changes with it
    frozen INTEGER NOT NULL CHECK (frozen IN (0, 1)) -- set once, when the next year began
);

-- One event. Written in the transaction of the event; the serial is its place in the order of all leaves.
CREATE TABLE ledger_entry (
    ledger_entry_id INTEGER PRIMARY KEY,      -- from 1, without a gap
    kind TEXT NOT NULL,                       -- such as `read-case`; stands in the leaf too
    moment INTEGER NOT NULL,                  -- when; never earlier than that of the entry before
    leaf BLOB NOT NULL,                       -- what is published, in deterministic CBOR
    clinical_case_id INTEGER REFERENCES clinical_case, -- the case it is about, where it is about one
    laboratory_id INTEGER REFERENCES laboratory,       -- whose event it is: its members may open the body
    salt BLOB,                                -- key of the commitment; set to NULL when the case is erased
    body BLOB,                                -- what it is about, in deterministic CBOR; set to NULL with the salt
    body_key TEXT,                            -- the key that body and salt are sealed with; NULL: they are not
    erased_by INTEGER REFERENCES ledger_entry -- the `erase` entry that took salt and body; set once
);
CREATE INDEX ledger_entry_by_case ON ledger_entry (clinical_case_id, ledger_entry_id)
    WHERE clinical_case_id IS NOT NULL;

-- The tag key of a case: its holder finds all entries of the case, nobody else can tell two of them together.
CREATE TABLE ledger_case (
    clinical_case_id INTEGER PRIMARY KEY REFERENCES clinical_case,
    tag_key BLOB,                             -- 32 bytes; set to NULL when the case is erased
    entries INTEGER NOT NULL                  -- how many tags were given; grows
);

-- How many entries of a kind a day has under a checkpoint.
CREATE TABLE ledger_day (
    day INTEGER NOT NULL,                     -- days since 1970-01-01, UTC
    kind TEXT NOT NULL,
    entries INTEGER NOT NULL,                 -- grows
    PRIMARY KEY (day, kind)
);

-- Other nodes' logs that this node is a witness of, and what it signed last of each.
CREATE TABLE ledger_witnessed (
    origin TEXT PRIMARY KEY,
    verifier TEXT NOT NULL,                   -- the log's key, as `name+number+base64`
    size INTEGER NOT NULL,                    -- of the checkpoint signed last, 0 before the first; grows
    root BLOB NOT NULL,
    note TEXT                                 -- that checkpoint as the log signed it
);
