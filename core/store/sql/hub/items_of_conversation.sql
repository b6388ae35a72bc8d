SELECT id FROM timeline_item WHERE conversation_id = :conversation_id ORDER BY at_ms, id
