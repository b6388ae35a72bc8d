-- The device whose short id this is, revoked or not.
SELECT d.token_hash, d.agent_id
  FROM device AS d
 WHERE substr(d.token_hash, 1, 8) = :id
