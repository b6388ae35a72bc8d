SELECT 1 FROM sealed_draft WHERE checksum IS NOT checksum_of(conversation_id, kind, key_id, sealed, saved_ms) LIMIT 1
