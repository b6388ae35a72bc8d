-- What the hub has said that this program does not understand, or not all of, as it was said: a newer program reads it again
-- instead of fetching everything anew. Of known types the row is in its table as well, with what was understood of it.
CREATE TABLE unread (
    entity_type INTEGER NOT NULL, entity_key BLOB NOT NULL, version INTEGER NOT NULL, entity BLOB NOT NULL,
    PRIMARY KEY (entity_type, entity_key)
) WITHOUT ROWID
-- next
-- All names that the program knew (core/wire/vocabulary.h). Empty: something may have been said that is not in `unread`.
ALTER TABLE vocabulary ADD COLUMN names TEXT NOT NULL DEFAULT ''
