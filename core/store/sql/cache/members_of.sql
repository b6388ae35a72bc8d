SELECT from_id FROM customer_link WHERE into_id = :id AND ended_ms IS NULL ORDER BY at_ms, from_id
