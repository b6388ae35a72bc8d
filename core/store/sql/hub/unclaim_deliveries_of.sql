-- When an account's runner starts: what the one before it had in hand may have gone out. Look before sending again.
UPDATE delivery_queue SET claimed_ms = NULL, uncertain = 1 WHERE account_id = :account_id AND claimed_ms IS NOT NULL
