SELECT conversation_id, kind, key_id, sealed, saved_ms FROM sealed_draft
 WHERE conversation_id = :conversation_id AND kind = :kind
