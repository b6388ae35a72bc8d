SELECT f.id, f.subject, f.key, f.name, f.type, f.choices, f.position, f.version
  FROM field_definition AS f
 WHERE f.subject = 'customer'
 ORDER BY f.position, f.id
