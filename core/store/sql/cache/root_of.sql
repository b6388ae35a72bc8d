SELECT into_id FROM customer_link WHERE from_id = :id AND ended_ms IS NULL
