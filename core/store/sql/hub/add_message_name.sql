INSERT INTO message_name (account_id, name, item_id, conversation_id) VALUES (:account_id, :name, :item_id, :conversation_id)
ON CONFLICT (account_id, name) DO NOTHING
