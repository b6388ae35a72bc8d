SELECT seq, entity_type, entity_key, op, scope_after, client_id, chain
  FROM log
 WHERE seq > :seq
 ORDER BY seq
 LIMIT :row_count
