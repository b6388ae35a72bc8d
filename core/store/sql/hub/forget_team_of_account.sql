DELETE FROM account_team WHERE account_id = :account_id
