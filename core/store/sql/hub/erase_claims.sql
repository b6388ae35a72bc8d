-- Which addresses a customer has said are theirs, and who has said so of the customer's.
DELETE FROM claim
 WHERE customer_id = :customer_id
    OR (channel, address) IN (SELECT channel, address FROM identity WHERE customer_id = :customer_id)
