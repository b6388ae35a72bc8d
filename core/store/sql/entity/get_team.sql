SELECT id, name, version
  FROM team
 WHERE id = :id
