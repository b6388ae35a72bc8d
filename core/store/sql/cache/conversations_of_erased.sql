-- A customer's conversations, and what they were asked aside about somebody else.
SELECT id FROM conversation WHERE customer_id = :customer_id
UNION
SELECT c.id
  FROM conversation AS c
  JOIN identity AS i ON i.id = c.identity_id
 WHERE i.customer_id = :customer_id AND c.parent_id IS NOT NULL
