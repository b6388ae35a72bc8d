-- When somebody of a person, the root or anybody merged into it, has last withdrawn a consent: the stricter word counts.
SELECT max(c.at_ms)
  FROM consent AS c
 WHERE c.channel = :channel AND c.purpose = :purpose AND NOT c.granted
   AND (c.customer_id = :root_id
        OR c.customer_id IN (SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :root_id AND l.ended_ms IS NULL))
