INSERT INTO coverage (customer_id, complete, from_ms) VALUES (:customer_id, :complete, :from_ms)
ON CONFLICT (customer_id) DO UPDATE SET complete = max(complete, excluded.complete), from_ms = min(from_ms, excluded.from_ms)
