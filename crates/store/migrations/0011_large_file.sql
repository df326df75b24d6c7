-- A file that is loaded by a job, because it takes longer than a request may. Its bytes lie in the
-- data folder until the job has ended.
CREATE TABLE large_file (
    large_file_id INTEGER PRIMARY KEY,
    job_uid TEXT NOT NULL UNIQUE REFERENCES job (uid), -- the job that loads it
    laboratory_id INTEGER NOT NULL REFERENCES laboratory, -- who sent it
    user_uid TEXT,                            -- the person; NULL when a system sent it
    channel TEXT NOT NULL CHECK (channel IN ('command', 'api', 'page', 'watch')),
    file TEXT,                                -- file name without folders
    sha256 TEXT NOT NULL,                     -- of the bytes as they came
    size INTEGER NOT NULL CHECK (size >= 0),  -- of the bytes as they came
    wish TEXT NOT NULL,                       -- JSON: how it is to be taken
    client_key TEXT,                          -- the client's name for it
    progress TEXT NOT NULL,                   -- JSON: what became of it so far; changes as work goes on
    UNIQUE (laboratory_id, client_key)
);
