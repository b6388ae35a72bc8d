SELECT seq, entity_type, entity_key, op, chain FROM log WHERE seq > :seq ORDER BY seq LIMIT :row_count
