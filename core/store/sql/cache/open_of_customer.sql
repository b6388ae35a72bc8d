-- Open conversations of a person: of the root and of everything merged into it. They are few, those that are open many.
SELECT count(*) FROM conversation AS c
 WHERE c.customer_id IN (SELECT :root_id UNION ALL SELECT from_id FROM customer_link
                          WHERE into_id = :root_id AND ended_ms IS NULL)
   AND +c.status IN ('open', 'waiting') AND c.joined_into_id IS NULL
