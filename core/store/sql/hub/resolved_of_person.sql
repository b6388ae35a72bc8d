-- Which conversations of a person, of the root or of anybody merged into it, are resolved.
SELECT c.id
  FROM conversation AS c
 WHERE +c.status = 'resolved' -- by the person: of resolved ones there is no end
   AND c.joined_into_id IS NULL
   AND (c.customer_id = :root_id
        OR c.customer_id IN (SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :root_id AND l.ended_ms IS NULL))
 ORDER BY c.id
