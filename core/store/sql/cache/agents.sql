SELECT a.id, a.email, a.name, a.role, a.teams, a.active, a.version, a.custom_role_id, a.permissions, a.visibility,
       a.accounts, a.capacity, a.away, a.languages
  FROM agent AS a
 ORDER BY a.name
