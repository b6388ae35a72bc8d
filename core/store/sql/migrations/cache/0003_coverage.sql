-- What is here of each customer's timeline: every place from (from_ms, from_id) up to and without (to_ms, to_id). Ranges of a
-- customer neither overlap nor touch. What the null customer has, all have: the window that came by itself.
DROP TABLE coverage
-- next
CREATE TABLE coverage (
    customer_id BLOB NOT NULL, from_ms INTEGER NOT NULL, from_id BLOB NOT NULL, to_ms INTEGER NOT NULL, to_id BLOB NOT NULL,
    PRIMARY KEY (customer_id, from_ms, from_id)
) WITHOUT ROWID
-- next
-- When a person's timeline was last looked at on this computer: what is looked at stays longest.
CREATE TABLE opened (customer_id BLOB PRIMARY KEY, at_ms INTEGER NOT NULL) WITHOUT ROWID
-- next
-- How far an older copy reaches nobody has written down: it is fetched again.
DELETE FROM position
