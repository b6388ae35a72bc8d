SELECT 1 FROM timeline_item WHERE conversation_id = :conversation_id AND kind <> 'event' AND NOT deleted
