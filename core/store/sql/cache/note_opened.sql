INSERT INTO opened (customer_id, at_ms) VALUES (:customer_id, :at_ms)
ON CONFLICT (customer_id) DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)
