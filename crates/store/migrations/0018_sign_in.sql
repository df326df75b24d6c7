-- How people and programs show who they are: sessions that can be listed and ended, second factors, passkeys,
-- people of an institution's provider, tokens with a scope, clients of other systems.
-- The rules of 0002_account.sql hold: secrets as digests or sealed, no `entry_id`.

-- Sessions get a name, a browser and the moment of the last proof. People sign in once more after the upgrade.
DROP TABLE session;
CREATE TABLE session (
    session_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,                 -- names it in addresses; says nothing about the cookie
    digest TEXT NOT NULL UNIQUE,              -- SHA-256 of the cookie
    account_id INTEGER NOT NULL REFERENCES account,
    method TEXT NOT NULL CHECK (method IN ('password', 'password_code', 'passkey', 'provider')), -- how it began
    second_factor INTEGER NOT NULL CHECK (second_factor IN (0, 1)), -- whether a second factor was shown; may change
    browser TEXT NOT NULL,                    -- family and system only, such as `Firefox on Linux`
    started INTEGER NOT NULL,
    seen INTEGER NOT NULL,                    -- last request, to the minute; may change
    confirmed INTEGER NOT NULL,               -- when the person last showed who they are; may change
    ends INTEGER NOT NULL                     -- over by then, whatever happens
);
CREATE INDEX session_by_account ON session (account_id);

-- A programme on a phone that shows codes by the time (RFC 6238).
CREATE TABLE code_generator (
    account_id INTEGER PRIMARY KEY REFERENCES account,
    secret TEXT NOT NULL,                     -- sealed with the node's key, which is not in the record
    last_step INTEGER NOT NULL,               -- the step of the last code taken; none of it or before is taken again; may change
    since INTEGER NOT NULL
);

-- Codes on paper for a lost second factor.
CREATE TABLE recovery_code (
    digest TEXT PRIMARY KEY,                  -- SHA-256 of the code
    account_id INTEGER NOT NULL REFERENCES account,
    created INTEGER NOT NULL,
    used INTEGER                              -- set once
);
CREATE INDEX recovery_code_by_account ON recovery_code (account_id);

CREATE TABLE passkey (
    passkey_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,                 -- names it in addresses
    account_id INTEGER NOT NULL REFERENCES account,
    credential TEXT NOT NULL UNIQUE,          -- the authenticator's name for it, base64url
    host TEXT NOT NULL,                       -- the relying party it was made for
    algorithm INTEGER NOT NULL,               -- COSE: -7 ES256, -8 EdDSA, -257 RS256
    public_key TEXT NOT NULL,                 -- as the algorithm's verifier takes it, hexadecimal
    counter INTEGER NOT NULL,                 -- signatures so far, as the authenticator says; may change
    name TEXT NOT NULL,                       -- in its owner's words
    created INTEGER NOT NULL,
    seen INTEGER,                             -- last used; may change
    ended INTEGER                             -- set once
);
CREATE INDEX passkey_by_account ON passkey (account_id);

-- Who a person is at the institution's OpenID provider.
CREATE TABLE provider_identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,                    -- the provider's name for the person
    account_id INTEGER NOT NULL REFERENCES account,
    by_rule INTEGER NOT NULL CHECK (by_rule IN (0, 1)), -- whether a rule of the configuration made the account; then a rule must go on fitting
    since INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX provider_identity_by_account ON provider_identity (account_id);

-- A system that asks for tokens by itself (RFC 6749, 4.4).
CREATE TABLE system_client (
    system_client_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,                 -- its `client_id`
    account_id INTEGER NOT NULL REFERENCES account, -- who answers for it; with it comes the laboratory
    name TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('clinical_care', 'research', 'operation')),
    scopes TEXT NOT NULL,                     -- the most it may ask for, as in `api_token`
    secret_digest TEXT,                       -- SHA-256 of its secret; NULL: it signs instead
    key_set TEXT,                             -- its public keys, a JWK set (RFC 7517); NULL: it has a secret
    created INTEGER NOT NULL,
    ended INTEGER,                            -- set once
    CHECK ((secret_digest IS NULL) <> (key_set IS NULL))
);
CREATE INDEX system_client_by_account ON system_client (account_id);

-- Signed assertions that were used: none is taken twice (RFC 7523, 3).
CREATE TABLE used_assertion (
    digest TEXT PRIMARY KEY,                  -- of client and `jti`
    expires INTEGER NOT NULL                  -- until when it could be used again
);

ALTER TABLE api_token ADD COLUMN scopes TEXT NOT NULL DEFAULT 'read contribute curate administer'; -- words, in this order; earlier tokens may do all that their owner may
ALTER TABLE api_token ADD COLUMN expires INTEGER; -- NULL: until it is ended
ALTER TABLE api_token ADD COLUMN system_client_id INTEGER REFERENCES system_client; -- given to a system for some minutes; NULL: a person made it
