SELECT t.id, t.name, t.permissions, t.visibility, t.accounts, t.version
  FROM role AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
