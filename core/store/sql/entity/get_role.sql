SELECT id, name, permissions, visibility, accounts, version
  FROM role
 WHERE id = :id
