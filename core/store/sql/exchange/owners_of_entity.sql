-- Whose a customer, an address or a conversation is that an import has named.
SELECT id FROM customer WHERE id = :id
UNION SELECT customer_id FROM identity WHERE id = :id
UNION SELECT customer_id FROM conversation WHERE id = :id
