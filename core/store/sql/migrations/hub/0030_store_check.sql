-- When the hub last looked through its store by itself, and how much was not as it should be.
CREATE TABLE store_check (only INTEGER PRIMARY KEY CHECK (only = 1), at_ms INTEGER NOT NULL, problems INTEGER NOT NULL)
-- next
-- Which reader of the channel has read it (InboundEnvelope::reader): what a later one reads better can be found and read again.
ALTER TABLE raw_payload ADD COLUMN reader INTEGER NOT NULL DEFAULT 0
-- next
-- The messages of an erasure that is under way, within its transaction.
CREATE TABLE erasing_item (id BLOB PRIMARY KEY) WITHOUT ROWID
