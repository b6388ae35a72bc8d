-- The newest no of a person to two being one that was never a merge: it ended as it began.
SELECT id FROM customer_link
 WHERE ended_by_id IS NOT NULL AND ended_ms = at_ms AND ((from_id = :a AND into_id = :b) OR (from_id = :b AND into_id = :a))
 ORDER BY at_ms DESC, id DESC
 LIMIT 1
