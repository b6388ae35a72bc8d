-- The table of customers reads all their names at once, and finds those with a tag, without looking at what else a row holds.
CREATE INDEX customer_named ON customer (name, id)
-- next
CREATE INDEX customer_tagged ON customer (tags, id) WHERE length(tags) > 1
