-- Each entry's hash covers the entry and the hash before it (ENGINE I54). The first one that is written with a hash covers
-- all those from before this column.
ALTER TABLE audit ADD COLUMN hash BLOB
