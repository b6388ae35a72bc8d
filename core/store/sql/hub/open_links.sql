-- Links that nobody has used yet, the newest first.
SELECT l.kind, l.email, l.name, l.role, l.made_ms, l.expires_ms, l.custom_role_id, l.teams, l.capacity, l.by_id, l.secret_hash
  FROM one_time_link AS l
 WHERE l.expires_ms > :now_ms
 ORDER BY l.made_ms DESC, l.secret_hash
 LIMIT :row_count
