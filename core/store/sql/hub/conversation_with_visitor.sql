SELECT c.id
  FROM identity AS i
  JOIN conversation AS c ON c.identity_id = i.id AND c.account_id = :account_id
 WHERE i.channel = 'webchat' AND i.address = :address AND i.account_id = :account_id
 ORDER BY c.last_item_ms DESC
 LIMIT 1
