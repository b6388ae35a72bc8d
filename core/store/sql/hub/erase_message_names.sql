-- By which names messages to and from a customer would be answered.
DELETE FROM message_name
 WHERE item_id IN (SELECT id FROM timeline_item WHERE customer_id = :customer_id
 UNION SELECT i.id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id
 WHERE c.customer_id = :customer_id)
