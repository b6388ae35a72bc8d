SELECT id, customer_id, other_id, reason, evidence, state, at_ms, version
  FROM suggestion
 WHERE id = :id
