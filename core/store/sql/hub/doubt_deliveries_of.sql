-- What may have gone out by an account that is set up in another way from now on (3): a copy of it may be elsewhere.
UPDATE delivery_queue SET uncertain = 3 WHERE account_id = :account_id AND (uncertain = 1 OR claimed_ms IS NOT NULL AND uncertain = 0)
