-- Where a discordance stood and how it was named when the machine looked at it: so that a list as of a day
-- shows and finds it as it was then. The row of the discordance repeats the last one.

CREATE TABLE discordance_place (
    discordance_id INTEGER NOT NULL,
    version INTEGER NOT NULL,                 -- from this version on
    variant_id INTEGER NOT NULL REFERENCES variant,
    scope TEXT NOT NULL CHECK (scope IN ('condition', 'unstated', 'across_conditions')),
    condition_group TEXT NOT NULL,
    condition_words TEXT NOT NULL,
    search_text TEXT NOT NULL,
    PRIMARY KEY (discordance_id, version),
    FOREIGN KEY (discordance_id, version) REFERENCES discordance_version
);
CREATE INDEX discordance_place_by_variant ON discordance_place (variant_id, discordance_id);

-- Of those recorded before, only where they stand now is known.
INSERT INTO discordance_place
    (discordance_id, version, variant_id, scope, condition_group, condition_words, search_text)
SELECT discordance_id, 1, variant_id, scope, condition_group, condition_words, search_text FROM discordance;
