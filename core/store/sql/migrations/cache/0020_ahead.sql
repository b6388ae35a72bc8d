-- Up to where in the hub's history pages have brought rows, and its chain there: ahead of `seq` until the stream gets there.
ALTER TABLE position ADD COLUMN ahead_seq INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE position ADD COLUMN ahead_chain BLOB NOT NULL DEFAULT x''
