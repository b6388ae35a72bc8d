SELECT id, name, owner_id, sharing, team_id, match_any, conditions, sort, position, version, columns
  FROM saved_view
 WHERE id = :id
