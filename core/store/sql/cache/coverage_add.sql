INSERT INTO coverage (customer_id, from_ms, from_id, to_ms, to_id) VALUES (:customer_id, :from_ms, :from_id, :to_ms, :to_id)
