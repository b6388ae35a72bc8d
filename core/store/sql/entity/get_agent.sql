SELECT id, email, name, role, teams, active, version, custom_role_id, permissions, visibility, accounts, capacity,
       away, languages
  FROM agent
 WHERE id = :id
