SELECT t.id, t.customer_id, t.other_id, t.reason, t.evidence, t.state, t.at_ms, t.version
  FROM suggestion AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
