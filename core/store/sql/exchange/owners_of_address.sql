-- Whose an address is.
SELECT customer_id FROM identity WHERE channel = :channel AND address = :address
