SELECT item_id, conversation_id FROM message_name WHERE account_id = :account_id AND name = :name
