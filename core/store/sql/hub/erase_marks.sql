-- How far anybody has read in what is of a customer.
DELETE FROM read_mark WHERE conversation_id IN (SELECT id FROM conversation WHERE customer_id = :customer_id)
