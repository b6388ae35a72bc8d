SELECT id FROM conversation WHERE joined_into_id = :conversation_id
