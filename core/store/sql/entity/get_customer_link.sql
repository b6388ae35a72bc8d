SELECT id, from_id, into_id, evidence, by_id, at_ms, ended_ms, ended_by_id, version, replaced, first_id
  FROM customer_link
 WHERE id = :id
