SELECT i.id, i.customer_id, i.channel, i.account_id, i.address, i.shown, i.name, i.verified, i.problem,
       i.last_used_ms, i.version
  FROM identity AS i
 WHERE i.customer_id = :customer_id
