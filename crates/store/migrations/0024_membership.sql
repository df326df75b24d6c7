-- Which laboratories are approved, what the network demands of them, and how complete their sharing was on each day.
-- The rules of 0001_record.sql hold.

-- How a member stands today: the last row of `laboratory_standing`, kept here so that a look-up asks one row. NULL: no
-- member of this node. May change.
ALTER TABLE laboratory ADD COLUMN standing TEXT CHECK (standing IN ('applied', 'approved', 'suspended', 'withdrawn'));
CREATE INDEX laboratory_by_standing ON laboratory (standing, laboratory_id);

-- Every decision about a member, with what it rests on; each step a version.
CREATE TABLE laboratory_standing (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    version INTEGER NOT NULL CHECK (version >= 1),
    standing TEXT NOT NULL CHECK (standing IN ('applied', 'approved', 'suspended', 'withdrawn')),
    accreditation_body TEXT,                  -- who accredited it, such as `DAkkS`; NULL: none was named
    accreditation_number TEXT,                -- its number there
    accreditation_until TEXT,                 -- last day, such as `2028-06-30`; NULL: not said
    agreement TEXT,                           -- reference of the agreement it signed
    reason TEXT,                              -- why, in the words of who decided
    user_uid TEXT,                            -- who decided; NULL: at the machine
    entry_id INTEGER NOT NULL REFERENCES entry,
    PRIMARY KEY (laboratory_id, version)
);

-- Members from before had an operator's word: they are approved as of the day they were recorded.
INSERT INTO laboratory_standing (laboratory_id, version, standing, entry_id)
SELECT laboratory_id, 1, 'approved', entry_id FROM laboratory WHERE is_member = 1;
UPDATE laboratory SET standing = 'approved' WHERE is_member = 1;

-- The published sharing mandate. Without a row: the demands built into the program.
CREATE TABLE mandate (
    version INTEGER PRIMARY KEY CHECK (version >= 1),
    content TEXT NOT NULL,                    -- as people read it
    demands TEXT NOT NULL,                    -- JSON: the same as numbers
    user_uid TEXT,                            -- who published it; NULL: at the machine
    entry_id INTEGER NOT NULL REFERENCES entry
);

-- How complete the sharing of a member was on a day. A later measurement of the same day takes the place of the one
-- before; days that are over do not change.
CREATE TABLE sharing_measure (
    laboratory_id INTEGER NOT NULL REFERENCES laboratory,
    day TEXT NOT NULL,                        -- UTC
    report TEXT NOT NULL,                     -- JSON: numerators, denominators, rule, mandate
    measured INTEGER NOT NULL,                -- when
    PRIMARY KEY (laboratory_id, day)
);
