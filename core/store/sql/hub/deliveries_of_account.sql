SELECT item_id, claimed_ms IS NOT NULL OR uncertain FROM delivery_queue WHERE account_id = :account_id ORDER BY queued_seq
