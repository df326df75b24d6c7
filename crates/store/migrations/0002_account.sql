-- Who may sign in, their sessions and their API tokens. Secrets are kept as digests only.
-- The rules of 0001_record.sql hold, with two exceptions: these rows carry no `entry_id`, for who
-- signed in when is not part of what was known when; and sessions are removed when they are over.

-- A person with an account (`user` is a word of SQL).
CREATE TABLE account (
    account_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,                 -- the user's id
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- where the person works
    username TEXT NOT NULL UNIQUE CHECK (username = lower(username)), -- to sign in with
    name TEXT NOT NULL,                       -- as colleagues know the person; may change
    role TEXT NOT NULL CHECK (role IN ('clinical_scientist', 'clinician', 'laboratory_head', 'curator', 'approver', 'researcher', 'operator')), -- may change
    password_hash TEXT NOT NULL,              -- PHC string; may change
    created INTEGER NOT NULL,
    closed INTEGER                            -- when the account was closed; NULL: open; may change
);
CREATE INDEX account_by_laboratory ON account (laboratory_id, username);

CREATE TABLE session (
    session_id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,              -- SHA-256 of the cookie
    account_id INTEGER NOT NULL REFERENCES account,
    started INTEGER NOT NULL,
    seen INTEGER NOT NULL,                    -- last request, to the minute; may change
    ends INTEGER NOT NULL                     -- over by then, whatever happens
);
CREATE INDEX session_by_account ON session (account_id);

CREATE TABLE api_token (
    api_token_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,                 -- names it in addresses
    digest TEXT NOT NULL UNIQUE,              -- SHA-256 of the token
    account_id INTEGER NOT NULL REFERENCES account, -- whose; with it comes the laboratory
    name TEXT NOT NULL,                       -- what it is for, in its owner's words
    purpose TEXT NOT NULL CHECK (purpose IN ('clinical_care', 'research', 'operation')), -- of every request with it
    created INTEGER NOT NULL,
    seen INTEGER,                             -- last request, to the minute; NULL: never used; may change
    revoked INTEGER                           -- when it was ended; NULL: good; set once
);
CREATE INDEX api_token_by_account ON api_token (account_id);
