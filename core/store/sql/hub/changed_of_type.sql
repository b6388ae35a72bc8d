-- Which entities of a type the log is about after a moment.
SELECT DISTINCT entity_key FROM log WHERE seq > :from_seq AND entity_type = :entity_type
