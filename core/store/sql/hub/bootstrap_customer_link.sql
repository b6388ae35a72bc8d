SELECT t.id, t.from_id, t.into_id, t.evidence, t.by_id, t.at_ms, t.ended_ms, t.ended_by_id, t.version, t.replaced, t.first_id
  FROM customer_link AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
