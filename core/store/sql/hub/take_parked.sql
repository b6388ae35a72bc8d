DELETE FROM parked_delivery WHERE account_id = :account_id AND name = :name RETURNING delivery, at_ms
