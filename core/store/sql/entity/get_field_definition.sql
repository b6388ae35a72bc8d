SELECT id, subject, key, name, type, choices, position, version
  FROM field_definition
 WHERE id = :id
