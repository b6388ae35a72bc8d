-- What is owed, the oldest erasure first, with who owes it.
SELECT o.customer_id, o.seq, o.erased_ms, o.token_hash, d.agent_id, d.name, d.seen_ms
  FROM owed_receipt AS o
  JOIN device AS d ON d.token_hash = o.token_hash
 WHERE d.revoked = 0
 ORDER BY o.erased_ms, o.seq, d.seen_ms, o.token_hash
