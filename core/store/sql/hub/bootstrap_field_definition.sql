SELECT t.id, t.subject, t.key, t.name, t.type, t.choices, t.position, t.version
  FROM field_definition AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
