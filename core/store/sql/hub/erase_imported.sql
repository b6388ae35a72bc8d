-- Likewise of what was imported.
UPDATE imported SET item_id = NULL
 WHERE item_id IN (SELECT id FROM timeline_item WHERE customer_id = :customer_id
 UNION SELECT i.id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id
 WHERE c.customer_id = :customer_id)
