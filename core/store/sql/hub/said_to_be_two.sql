-- Whether somebody has said that anybody of one person and anybody of the other, :a and :b with who is merged into them, are
-- two: by ending a merge, or by dismissing what was offered.
WITH one AS (SELECT c.id FROM customer AS c WHERE c.id = :a
             UNION ALL SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :a AND l.ended_ms IS NULL),
     two AS (SELECT c.id FROM customer AS c WHERE c.id = :b
             UNION ALL SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :b AND l.ended_ms IS NULL)
SELECT 1 FROM customer_link AS l
 WHERE l.ended_by_id IS NOT NULL AND l.from_id IN (SELECT id FROM one)
   AND (l.into_id IN (SELECT id FROM two) OR l.first_id IN (SELECT id FROM two))
UNION ALL
SELECT 1 FROM customer_link AS l
 WHERE l.ended_by_id IS NOT NULL AND l.from_id IN (SELECT id FROM two)
   AND (l.into_id IN (SELECT id FROM one) OR l.first_id IN (SELECT id FROM one))
UNION ALL
SELECT 1 FROM suggestion AS s
 WHERE s.state = 'dismissed'
   AND ((s.customer_id IN (SELECT id FROM one) AND s.other_id IN (SELECT id FROM two))
        OR (s.customer_id IN (SELECT id FROM two) AND s.other_id IN (SELECT id FROM one)))
 LIMIT 1
