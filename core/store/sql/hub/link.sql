-- The link with this secret, if it is still good.
SELECT l.kind, l.email, l.name, l.role, l.expires_ms
  FROM one_time_link AS l
 WHERE l.secret_hash = :secret_hash AND l.expires_ms > :now_ms
