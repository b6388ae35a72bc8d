-- A customer's conversations, and those with others about them.
SELECT id FROM conversation WHERE customer_id = :customer_id
