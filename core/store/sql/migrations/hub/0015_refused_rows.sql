-- Of a command that does several things, those that were not done: an encoded list; NULL: all were.
ALTER TABLE outcome ADD COLUMN refused_rows BLOB
