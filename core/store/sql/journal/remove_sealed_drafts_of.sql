-- Whosever they are.
DELETE FROM sealed_draft WHERE conversation_id = :conversation_id
