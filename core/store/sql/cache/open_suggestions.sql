-- A page of probable duplicates, newest first, after (:before_ms, :before_id). Keyset: more are found while somebody reads.
SELECT s.id, s.customer_id, s.other_id, s.reason, s.evidence, s.state, s.at_ms, s.version
  FROM suggestion AS s
 WHERE s.state = 'open' AND (s.at_ms, s.id) < (:before_ms, :before_id)
 ORDER BY s.at_ms DESC, s.id DESC
 LIMIT :row_count
