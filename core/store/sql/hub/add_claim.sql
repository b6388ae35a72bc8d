INSERT INTO claim (channel, address, customer_id, at_ms) VALUES (:channel, :address, :customer_id, :at_ms)
ON CONFLICT (channel, address, customer_id) DO NOTHING
