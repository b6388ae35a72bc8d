SELECT s.id, s.customer_id, s.other_id, s.reason, s.evidence, s.state, s.at_ms, s.version
  FROM suggestion AS s
 WHERE s.state = 'open'
 ORDER BY s.at_ms DESC, s.id DESC
 LIMIT :row_count
