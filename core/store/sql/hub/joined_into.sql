SELECT 1 FROM conversation WHERE joined_into_id = :conversation_id LIMIT 1
