SELECT id, customer_id, channel, account_id, address, shown, name, verified, problem, last_used_ms, version
  FROM identity
 WHERE id = :id
