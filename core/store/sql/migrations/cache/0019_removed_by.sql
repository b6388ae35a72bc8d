-- The newest rights by which rows went from here, as a version of the agent's own row: ahead of `seq` until the stream gets there.
ALTER TABLE position ADD COLUMN removed_by INTEGER NOT NULL DEFAULT 0
