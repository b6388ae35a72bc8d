-- Which conversations the log is about after a moment; few are worth knowing.
SELECT DISTINCT entity_key FROM log WHERE seq > :from_seq AND entity_type = :conversation_type LIMIT 100
