SELECT t.id, t.name, t.status, t.position, t.version
  FROM custom_status AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
