-- Which desktops have yet to say that somebody who was erased, in the changes up to `seq`, is gone from them: a row for each
-- that was signed in at the time. It goes when the desktop has said so, and when it is signed out.
CREATE TABLE owed_receipt (
    token_hash BLOB NOT NULL, seq INTEGER NOT NULL, customer_id BLOB NOT NULL, erased_ms INTEGER NOT NULL,
    PRIMARY KEY (token_hash, seq)
) WITHOUT ROWID
