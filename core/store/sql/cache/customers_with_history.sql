-- Of whom something from before a moment is here, or should be: items, a conversation that began then, or stretches of their
-- history that were fetched for them alone.
SELECT customer_id FROM coverage WHERE customer_id > :after
 UNION
SELECT customer_id FROM timeline_item WHERE customer_id > :after AND at_ms < :before_ms
 UNION
SELECT customer_id FROM conversation WHERE customer_id > :after AND created_ms < :before_ms
 ORDER BY customer_id LIMIT :row_count
