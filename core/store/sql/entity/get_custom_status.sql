SELECT id, name, status, position, version
  FROM custom_status
 WHERE id = :id
