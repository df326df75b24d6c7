-- The state of the record: answers that are kept in memory are good as long as this number stays. Every commit makes it
-- greater, but for those that add to the ledger alone, of which no kept answer is made.
CREATE TABLE record_state (
    record_state_id INTEGER PRIMARY KEY CHECK (record_state_id = 1),
    number INTEGER NOT NULL                   -- only ever grows
);
INSERT INTO record_state (record_state_id, number) VALUES (1, 1);

-- What stands in the tables, as digests: one for each block of rows of a table. A change that did not go through the
-- program, be it one bit, leaves the block with a digest that is not its own. Only where the database keeps no sums of
-- its pages by itself (SQLite).
CREATE TABLE content_block (
    relation TEXT NOT NULL,                   -- the table
    block INTEGER NOT NULL,                   -- which rows: the row's number divided by the rows of a block
    stamp INTEGER NOT NULL,                   -- grows with every transaction that changes a row of the block
    digest TEXT,                              -- SHA-256 of the rows in their order; NULL: changed since, not yet taken
    PRIMARY KEY (relation, block)
);
CREATE INDEX content_block_open ON content_block (relation, block) WHERE digest IS NULL;
