-- What only a desktop's cache has. One row: how far this copy has come.
CREATE TABLE position (
    only INTEGER PRIMARY KEY CHECK (only = 1), epoch BLOB NOT NULL, seq INTEGER NOT NULL, chain BLOB NOT NULL,
    client_id BLOB NOT NULL, last_n INTEGER NOT NULL, agent_id BLOB NOT NULL, workspace TEXT NOT NULL,
    bootstrap_start INTEGER NOT NULL, bootstrap_next TEXT NOT NULL, synced_ms INTEGER NOT NULL
)
-- next
-- What the hub says of entities that own commands are shown on top of: the tables hold what is shown, this what is under it.
-- A null entity: the hub does not know it yet.
CREATE TABLE shadow (entity_type INTEGER NOT NULL, entity_key BLOB NOT NULL, entity BLOB, PRIMARY KEY (entity_type, entity_key)) WITHOUT ROWID
-- next
-- Deleted or out of sight since the bootstrap began: pages that are late must not bring them back.
CREATE TABLE tombstone (entity_type INTEGER NOT NULL, entity_key BLOB NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (entity_type, entity_key)) WITHOUT ROWID
-- next
-- Up to where a customer's older history is here. No row: only what came by itself since `bootstrap`.
CREATE TABLE coverage (customer_id BLOB PRIMARY KEY, complete INTEGER NOT NULL, from_ms INTEGER NOT NULL) WITHOUT ROWID
-- next
CREATE VIRTUAL TABLE item_search USING fts5(subject, body, author_name, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2", prefix='2 3')
-- next
CREATE TRIGGER timeline_item_added AFTER INSERT ON timeline_item BEGIN
    INSERT INTO item_search (rowid, subject, body, author_name)
    VALUES (new.row, search_fold(new.subject), search_fold(new.body), search_fold(new.author_name));
END
-- next
CREATE TRIGGER timeline_item_removed AFTER DELETE ON timeline_item BEGIN
    INSERT INTO item_search (item_search, rowid, subject, body, author_name)
    VALUES ('delete', old.row, search_fold(old.subject), search_fold(old.body), search_fold(old.author_name));
END
-- next
CREATE TRIGGER timeline_item_changed AFTER UPDATE OF subject, body, author_name ON timeline_item
WHEN old.subject <> new.subject OR old.body <> new.body OR old.author_name <> new.author_name BEGIN
    INSERT INTO item_search (item_search, rowid, subject, body, author_name)
    VALUES ('delete', old.row, search_fold(old.subject), search_fold(old.body), search_fold(old.author_name));
    INSERT INTO item_search (rowid, subject, body, author_name)
    VALUES (new.row, search_fold(new.subject), search_fold(new.body), search_fold(new.author_name));
END
-- next
CREATE VIRTUAL TABLE identity_search USING fts5(name, address, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2", prefix='2 3')
-- next
-- Identities have no row number of their own; the index needs one.
CREATE TABLE identity_row (row INTEGER PRIMARY KEY, identity_id BLOB NOT NULL UNIQUE)
-- next
CREATE TRIGGER identity_added AFTER INSERT ON identity BEGIN
    INSERT INTO identity_row (identity_id) VALUES (new.id);
    INSERT INTO identity_search (rowid, name, address)
    SELECT row, search_fold(new.name), search_fold(new.shown) FROM identity_row WHERE identity_id = new.id;
END
-- next
CREATE TRIGGER identity_removed AFTER DELETE ON identity BEGIN
    INSERT INTO identity_search (identity_search, rowid, name, address)
    SELECT 'delete', row, search_fold(old.name), search_fold(old.shown) FROM identity_row WHERE identity_id = old.id;
    DELETE FROM identity_row WHERE identity_id = old.id;
END
-- next
CREATE TRIGGER identity_changed AFTER UPDATE OF name, shown ON identity
WHEN old.name <> new.name OR old.shown <> new.shown BEGIN
    INSERT INTO identity_search (identity_search, rowid, name, address)
    SELECT 'delete', row, search_fold(old.name), search_fold(old.shown) FROM identity_row WHERE identity_id = old.id;
    INSERT INTO identity_search (rowid, name, address)
    SELECT row, search_fold(new.name), search_fold(new.shown) FROM identity_row WHERE identity_id = new.id;
END
