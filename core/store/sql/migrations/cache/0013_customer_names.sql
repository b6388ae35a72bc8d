-- A person is found by the name that they are shown under too, not only by those of their addresses. As identities are: the
-- index takes what has changed at the end of a transaction (0010).
CREATE VIRTUAL TABLE customer_search USING fts5(name, content='', columnsize=0, tokenize="unicode61 remove_diacritics 2", prefix='2 3')
-- next
CREATE TABLE customer_row (row INTEGER PRIMARY KEY, customer_id BLOB NOT NULL UNIQUE)
-- next
CREATE TABLE customer_to_search (row INTEGER PRIMARY KEY)
-- next
INSERT INTO customer_row (customer_id) SELECT id FROM customer
-- next
INSERT INTO customer_to_search (row) SELECT row FROM customer_row
-- next
CREATE TRIGGER customer_added AFTER INSERT ON customer BEGIN
    INSERT INTO customer_row (customer_id) VALUES (new.id);
    INSERT INTO customer_to_search (row) SELECT row FROM customer_row
    WHERE customer_id = new.id AND row NOT IN (SELECT row FROM customer_to_search);
END
-- next
CREATE TRIGGER customer_removed AFTER DELETE ON customer BEGIN
    INSERT INTO customer_search (customer_search, rowid, name)
    SELECT 'delete', row, search_fold(old.name) FROM customer_row
    WHERE customer_id = old.id AND row NOT IN (SELECT row FROM customer_to_search);
    DELETE FROM customer_to_search WHERE row = (SELECT row FROM customer_row WHERE customer_id = old.id);
    DELETE FROM customer_row WHERE customer_id = old.id;
END
-- next
CREATE TRIGGER customer_renamed AFTER UPDATE OF name ON customer
WHEN old.name <> new.name BEGIN
    INSERT INTO customer_search (customer_search, rowid, name)
    SELECT 'delete', row, search_fold(old.name) FROM customer_row
    WHERE customer_id = old.id AND row NOT IN (SELECT row FROM customer_to_search);
    INSERT INTO customer_to_search (row) SELECT row FROM customer_row
    WHERE customer_id = new.id AND row NOT IN (SELECT row FROM customer_to_search);
END
-- next
INSERT INTO customer_search (customer_search, rank) VALUES ('automerge', 8)
