DELETE FROM sealed_draft WHERE conversation_id = :conversation_id AND kind = :kind AND key_id = :key_id
