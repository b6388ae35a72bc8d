DELETE FROM draft WHERE conversation_id = :conversation_id AND kind = :kind
