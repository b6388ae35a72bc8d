-- Everything that somebody is called.
SELECT id, name FROM customer
UNION ALL SELECT customer_id, name FROM identity
UNION ALL SELECT customer_id, address FROM identity
UNION ALL SELECT customer_id, shown FROM identity
