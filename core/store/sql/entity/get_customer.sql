SELECT id, name, note, language, attributes, tags, blocked, created_ms, version
  FROM customer
 WHERE id = :id
