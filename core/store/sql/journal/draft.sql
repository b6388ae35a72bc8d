SELECT conversation_id, kind, body, fields, saved_ms FROM draft WHERE conversation_id = :conversation_id AND kind = :kind
