DELETE FROM message_name WHERE account_id = :account_id AND name = :name
