-- All customers with a tag, also those who are merged into somebody.
SELECT c.id FROM customer AS c INDEXED BY customer_tagged
 WHERE length(c.tags) > 1 AND list_has(c.tags, :tag)
