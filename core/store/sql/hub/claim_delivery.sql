UPDATE delivery_queue SET claimed_ms = :now_ms, attempts = attempts + 1, term = :term WHERE item_id = :item_id
