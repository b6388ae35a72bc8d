-- All customers with their names, also those who are merged into somebody. The index is enough for it.
SELECT c.id, c.name FROM customer AS c INDEXED BY customer_named
