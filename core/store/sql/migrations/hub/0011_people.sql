-- Which company the owner of a mail address belongs to, by its domain.
CREATE TABLE company_domain (domain TEXT PRIMARY KEY, company_id BLOB NOT NULL) WITHOUT ROWID
-- next
-- How far match_key has come: all customers up to `filled` are in it (null: all there are), and all that the log says has
-- changed up to `seq`.
CREATE TABLE matching (only INTEGER PRIMARY KEY CHECK (only = 1), filled BLOB, seq INTEGER NOT NULL)
