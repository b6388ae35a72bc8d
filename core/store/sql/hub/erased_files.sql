-- The files of all that is of a customer.
SELECT DISTINCT sha256 FROM attachment_ref
 WHERE item_id IN (SELECT id FROM timeline_item WHERE customer_id = :customer_id
 UNION SELECT i.id FROM timeline_item AS i JOIN conversation AS c ON c.id = i.conversation_id
 WHERE c.customer_id = :customer_id)
