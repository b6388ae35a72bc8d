SELECT entity_type, entity_key, version, entity
  FROM unread
 WHERE (entity_type, entity_key) > (:entity_type, :entity_key)
 ORDER BY entity_type, entity_key
 LIMIT :row_count
