SELECT t.id, t.customer_id, t.channel, t.purpose, t.granted, t.source, t.at_ms, t.by_id, t.version
  FROM consent AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
