-- Whose a conversation is: its customer's, and whose matter was talked over with somebody else, that person's, too.
SELECT c.customer_id FROM conversation AS c WHERE c.id = :id
UNION SELECT d.customer_id FROM conversation AS c JOIN identity AS d ON d.id = c.identity_id
 WHERE c.id = :id AND c.parent_id IS NOT NULL
