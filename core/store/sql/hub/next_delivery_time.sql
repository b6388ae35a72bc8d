SELECT min(not_before_ms) FROM delivery_queue WHERE account_id = :account_id AND claimed_ms IS NULL
