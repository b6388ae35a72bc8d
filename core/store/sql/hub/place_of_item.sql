SELECT conversation_id, said_seq FROM timeline_item WHERE id = :id
