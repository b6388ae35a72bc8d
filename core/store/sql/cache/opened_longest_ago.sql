SELECT customer_id FROM opened WHERE at_ms < :before_ms ORDER BY at_ms, customer_id LIMIT 1
