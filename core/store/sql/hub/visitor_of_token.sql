SELECT t.visitor_id FROM visitor_token AS t
  JOIN visitor AS v ON v.id = t.visitor_id AND v.account_id = :account_id
 WHERE t.token_hash = :token_hash AND NOT t.revoked
