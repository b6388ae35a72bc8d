-- Customers and identities (entity types 0 and 1) in a stretch of the log.
SELECT l.seq, l.entity_type, l.entity_key
  FROM log AS l
 WHERE l.seq > :from_seq AND l.seq <= :to_seq AND l.entity_type IN (0, 1)
 ORDER BY l.seq
 LIMIT :row_count
