-- A replay of earlier days dates what set the node up back to its first day. The moment that the clock
-- showed is kept beside it, so that nobody reads of a file that it was added years before it was.
-- The rules of 0001_record.sql hold.

ALTER TABLE entry ADD COLUMN entered INTEGER;  -- when it truly was, where `recorded` was dated back; else NULL
