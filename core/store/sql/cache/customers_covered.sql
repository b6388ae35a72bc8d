SELECT DISTINCT customer_id FROM coverage WHERE customer_id > :after ORDER BY customer_id LIMIT :row_count
