SELECT s.id, s.customer_id, s.other_id, s.reason, s.evidence, s.state, s.at_ms, s.version
  FROM suggestion AS s
 WHERE s.customer_id = :id OR s.other_id = :id
