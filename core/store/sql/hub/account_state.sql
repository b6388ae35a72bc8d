SELECT value FROM account_state WHERE account_id = :account_id AND name = :name
