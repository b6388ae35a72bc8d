SELECT seq, entity_type, entity_key, op, scope_before, scope_after, chain
  FROM log
 WHERE seq > :seq
 ORDER BY seq
 LIMIT :row_count
