-- Whose an entry of a timeline is: all whose erasure would take it away (hub/items_to_erase.sql).
SELECT i.customer_id FROM timeline_item AS i WHERE i.id = :id
UNION SELECT c.customer_id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id WHERE i.id = :id
UNION SELECT d.customer_id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id
  JOIN identity AS d ON d.id = c.identity_id WHERE i.id = :id AND c.parent_id IS NOT NULL
UNION SELECT d.customer_id FROM timeline_item AS i JOIN identity AS d ON d.id = i.identity_id
 WHERE i.id = :id AND i.kind <> 'event'
