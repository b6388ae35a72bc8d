-- The stretches of this history: after a restore the numbers of what came later begin again, under another epoch. A seq means
-- something only together with its epoch; this table says what a seq of an earlier one is worth here.
CREATE TABLE epoch (number INTEGER PRIMARY KEY, epoch BLOB NOT NULL UNIQUE, start_seq INTEGER NOT NULL, met_ms INTEGER NOT NULL)
-- next
INSERT INTO epoch (epoch, start_seq, met_ms) SELECT epoch, 0, 0 FROM workspace
-- next
-- The last time the store was opened, by a name that stands in hub.incarnation too: an older copy has another.
CREATE TABLE incarnation (only INTEGER PRIMARY KEY CHECK (only = 1), name BLOB NOT NULL)
-- next
-- By whose time a field was set last, since this history was begun anew: what a desktop offers again must not undo it.
CREATE TABLE field_set (about BLOB NOT NULL, field TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (about, field)) WITHOUT ROWID
