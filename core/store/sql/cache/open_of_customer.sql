-- Open conversations of a person: of the root and of everything merged into it.
SELECT count(*) FROM conversation AS c
 WHERE c.status IN ('open', 'waiting')
   AND (c.customer_id = :root_id
        OR c.customer_id IN (SELECT from_id FROM customer_link WHERE into_id = :root_id AND ended_ms IS NULL))
