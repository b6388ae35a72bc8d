-- Open conversations of a person: of the root and of everything merged into it. The index conversation_open holds no others,
-- and can be taken where the condition is its own, word for word.
SELECT count(*) FROM conversation AS c INDEXED BY conversation_open
 WHERE c.customer_id IN (SELECT :root_id UNION ALL SELECT from_id FROM customer_link
                          WHERE into_id = :root_id AND ended_ms IS NULL)
   AND c.status IN ('open', 'waiting') AND c.joined_into_id IS NULL
