DELETE FROM account_config WHERE account_id = :account_id
