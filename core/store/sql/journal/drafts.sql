SELECT conversation_id, kind, body, fields, saved_ms FROM draft ORDER BY saved_ms DESC
