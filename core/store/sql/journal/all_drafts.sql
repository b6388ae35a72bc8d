SELECT conversation_id, kind, body, fields, saved_ms, checksum FROM draft WHERE checksum IS NOT NULL
