-- How far a browser of the visitor's has its events. What was read has arrived.
ALTER TABLE visitor ADD COLUMN got_n INTEGER NOT NULL DEFAULT 0
-- next
UPDATE visitor SET got_n = read_n
-- next
-- Who has turned out to be a visitor is asked from that visitor's end as well.
CREATE INDEX visitor_moved ON visitor (moved_to) WHERE moved_to IS NOT NULL
