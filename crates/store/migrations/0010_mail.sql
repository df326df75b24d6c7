-- Letters to laboratories: where to, which, and whether they went out.
-- The rules of 0001_record.sql hold.

-- Where a laboratory wants its letters; each change is a version, the newest counts.
CREATE TABLE laboratory_contact (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    version INTEGER NOT NULL CHECK (version >= 1),
    address TEXT,                             -- NULL: no letters
    account_id INTEGER REFERENCES account,    -- who said so; NULL: the operator at the machine
    since INTEGER NOT NULL,                   -- when; what opened before is not written about
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (laboratory_id, version)
);

CREATE TABLE mail (
    mail_id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,                 -- also in the Message-ID
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    address TEXT NOT NULL,                    -- as it was when the letter was written
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    created INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'refused', 'unknown')), -- may change; `unknown`: the node stopped while it was handed over
    ended INTEGER                             -- when it was handed over or given up; may change
);

-- What a letter is about; nothing is written about twice to the same laboratory.
CREATE TABLE mail_cause (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    cause TEXT NOT NULL,                      -- such as `discordance opened CRD000001 1`
    mail_id INTEGER NOT NULL REFERENCES mail,
    PRIMARY KEY (laboratory_id, cause)
);
