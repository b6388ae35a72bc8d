SELECT t.id, t.name, t.owner_id, t.sharing, t.team_id, t.match_any, t.conditions, t.sort, t.position, t.version,
       t.columns
  FROM saved_view AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
