SELECT t.id, t.customer_id, t.channel, t.account_id, t.address, t.shown, t.name, t.verified, t.problem,
       t.last_used_ms, t.version
  FROM identity AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
