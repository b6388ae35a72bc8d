SELECT conversation_id, kind, key_id, sealed, saved_ms FROM sealed_draft ORDER BY saved_ms DESC
