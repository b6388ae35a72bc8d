SELECT settings, sealed, paused FROM account_config WHERE account_id = :account_id
