SELECT t.id, t.email, t.name, t.role, t.teams, t.active, t.version, t.custom_role_id, t.permissions, t.visibility,
       t.accounts, t.capacity, t.away, t.languages
  FROM agent AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
