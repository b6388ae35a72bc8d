INSERT INTO unread (entity_type, entity_key, version, entity) VALUES (:entity_type, :entity_key, :version, :entity)
ON CONFLICT (entity_type, entity_key) DO UPDATE SET version = excluded.version, entity = excluded.entity
 WHERE excluded.version >= unread.version
