INSERT INTO parked_delivery (account_id, name, delivery, at_ms) VALUES (:account_id, :name, :delivery, :at_ms)
ON CONFLICT (account_id, name) DO UPDATE SET delivery = excluded.delivery
