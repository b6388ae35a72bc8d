-- Who of a person, the root or anybody merged into it, is blocked.
SELECT c.id, c.name, c.note, c.language, c.attributes, c.tags, c.blocked, c.created_ms, c.version, c.company_id, c.spam,
       c.preferred
  FROM customer AS c
 WHERE c.blocked
   AND (c.id = :root_id
        OR c.id IN (SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :root_id AND l.ended_ms IS NULL))
 ORDER BY c.id
