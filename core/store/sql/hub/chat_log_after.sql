-- Log rows that may concern a visitor of a web chat. For an item its account must have visitors at all.
SELECT l.seq, l.entity_type, l.entity_key, l.scope_after
  FROM log AS l
 WHERE l.seq > :seq AND (l.entity_type = :mark_type
        OR (l.entity_type = :item_type AND EXISTS (SELECT 1 FROM visitor_event AS e WHERE e.item_id = l.entity_key)))
 ORDER BY l.seq
 LIMIT 1000
