-- Of whom something from before a moment is here, or may have to be: items, a conversation (which may be younger than what is
-- in it: messages come late, and are moved), or stretches of their history that were fetched for them alone.
SELECT customer_id FROM coverage WHERE customer_id > :after
 UNION
SELECT customer_id FROM timeline_item WHERE customer_id > :after AND at_ms < :before_ms
 UNION
SELECT customer_id FROM conversation WHERE customer_id > :after
 ORDER BY customer_id LIMIT :row_count
