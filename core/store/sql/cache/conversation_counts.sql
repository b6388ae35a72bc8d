-- How many conversations a person has, and how many of them are not resolved, as unresolved_of.sql finds them: no row is
-- looked up for it.
WITH member(id) AS (SELECT :root_id UNION ALL SELECT from_id FROM customer_link WHERE into_id = :root_id AND ended_ms IS NULL)
SELECT (SELECT count(*) FROM conversation AS c WHERE c.customer_id IN (SELECT id FROM member)),
       (SELECT count(*) FROM conversation AS c INDEXED BY conversation_open
         WHERE c.customer_id IN (SELECT id FROM member)
           AND c.status IN ('open', 'waiting') AND c.joined_into_id IS NULL)
       + (SELECT count(*) FROM conversation AS c INDEXED BY conversation_put_off
           WHERE c.status = 'snoozed' AND c.customer_id IN (SELECT id FROM member))
