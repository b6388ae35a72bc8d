DELETE FROM timeline_item WHERE conversation_id = :conversation_id
