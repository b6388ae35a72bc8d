-- The link with this secret, if it is still good.
SELECT l.kind, l.email, l.name, l.role, l.made_ms, l.expires_ms, l.custom_role_id, l.teams, l.capacity, l.by_id, l.secret_hash
  FROM one_time_link AS l
 WHERE l.secret_hash = :secret_hash AND l.expires_ms > :now_ms
