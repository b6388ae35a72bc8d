-- What was offered, in whatever state, between anybody of one person and anybody of the other: the roots :a and :b, with who
-- is merged into them.
WITH one AS (SELECT c.id FROM customer AS c WHERE c.id = :a
             UNION ALL SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :a AND l.ended_ms IS NULL),
     two AS (SELECT c.id FROM customer AS c WHERE c.id = :b
             UNION ALL SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :b AND l.ended_ms IS NULL)
SELECT s.id, s.customer_id, s.other_id, s.reason, s.evidence, s.state, s.at_ms, s.version
  FROM suggestion AS s
 WHERE (s.customer_id IN (SELECT id FROM one) AND s.other_id IN (SELECT id FROM two))
    OR (s.customer_id IN (SELECT id FROM two) AND s.other_id IN (SELECT id FROM one))
 ORDER BY s.at_ms, s.id
