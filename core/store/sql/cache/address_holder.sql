-- Whose an address is, by any account; one that is proven first.
SELECT i.id, i.customer_id, i.channel, i.account_id, i.address, i.shown, i.name, i.verified, i.problem,
       i.last_used_ms, i.version
  FROM identity AS i
 WHERE i.channel = :channel AND i.address = :address
 ORDER BY i.verified DESC, i.id
 LIMIT 1
