INSERT INTO match_key (kind, value, customer_id) VALUES (:kind, :value, :customer_id) ON CONFLICT DO NOTHING
