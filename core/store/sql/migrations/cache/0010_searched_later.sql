-- What the full text has not taken yet; each transaction ends with doing so. A trigger that writes to a virtual table makes
-- the statement that set it off one that can be undone by itself, for which FTS5 writes a segment: one a row. OR IGNORE is no
-- help in a trigger, where the way of the statement with conflicts counts.
CREATE TABLE item_to_search (row INTEGER PRIMARY KEY)
-- next
CREATE TABLE identity_to_search (row INTEGER PRIMARY KEY)
-- next
DROP TRIGGER timeline_item_added
-- next
CREATE TRIGGER timeline_item_added AFTER INSERT ON timeline_item BEGIN
    INSERT INTO item_to_search (row) SELECT new.row WHERE NOT EXISTS (SELECT 1 FROM item_to_search WHERE row = new.row);
END
-- next
DROP TRIGGER timeline_item_removed
-- next
CREATE TRIGGER timeline_item_removed AFTER DELETE ON timeline_item BEGIN
    INSERT INTO item_search (item_search, rowid, subject, body, author_name)
    SELECT 'delete', old.row, search_fold(old.subject), search_fold(old.body), search_fold(old.author_name)
    WHERE NOT EXISTS (SELECT 1 FROM item_to_search WHERE row = old.row);
    DELETE FROM item_to_search WHERE row = old.row;
END
-- next
DROP TRIGGER timeline_item_changed
-- next
CREATE TRIGGER timeline_item_changed AFTER UPDATE OF subject, body, author_name ON timeline_item
WHEN old.subject <> new.subject OR old.body <> new.body OR old.author_name <> new.author_name BEGIN
    INSERT INTO item_search (item_search, rowid, subject, body, author_name)
    SELECT 'delete', old.row, search_fold(old.subject), search_fold(old.body), search_fold(old.author_name)
    WHERE NOT EXISTS (SELECT 1 FROM item_to_search WHERE row = old.row);
    INSERT INTO item_to_search (row) SELECT new.row WHERE NOT EXISTS (SELECT 1 FROM item_to_search WHERE row = new.row);
END
-- next
DROP TRIGGER identity_added
-- next
CREATE TRIGGER identity_added AFTER INSERT ON identity BEGIN
    INSERT INTO identity_row (identity_id) VALUES (new.id);
    INSERT INTO identity_to_search (row) SELECT row FROM identity_row
    WHERE identity_id = new.id AND row NOT IN (SELECT row FROM identity_to_search);
END
-- next
DROP TRIGGER identity_removed
-- next
CREATE TRIGGER identity_removed AFTER DELETE ON identity BEGIN
    INSERT INTO identity_search (identity_search, rowid, name, address)
    SELECT 'delete', row, search_fold(old.name), search_fold(old.shown) FROM identity_row
    WHERE identity_id = old.id AND row NOT IN (SELECT row FROM identity_to_search);
    DELETE FROM identity_to_search WHERE row = (SELECT row FROM identity_row WHERE identity_id = old.id);
    DELETE FROM identity_row WHERE identity_id = old.id;
END
-- next
DROP TRIGGER identity_changed
-- next
CREATE TRIGGER identity_changed AFTER UPDATE OF name, shown ON identity
WHEN old.name <> new.name OR old.shown <> new.shown BEGIN
    INSERT INTO identity_search (identity_search, rowid, name, address)
    SELECT 'delete', row, search_fold(old.name), search_fold(old.shown) FROM identity_row
    WHERE identity_id = old.id AND row NOT IN (SELECT row FROM identity_to_search);
    INSERT INTO identity_to_search (row) SELECT row FROM identity_row
    WHERE identity_id = new.id AND row NOT IN (SELECT row FROM identity_to_search);
END
-- next
-- Segments are merged by eight rather than by four: a third less to write in a first copy, and nothing that a search notices.
INSERT INTO item_search (item_search, rank) VALUES ('automerge', 8)
