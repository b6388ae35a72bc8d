-- How far anybody has read.
DELETE FROM read_mark WHERE conversation_id = :conversation_id
