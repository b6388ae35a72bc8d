SELECT 1 FROM customer_link WHERE into_id = :customer_id AND ended_ms IS NULL
