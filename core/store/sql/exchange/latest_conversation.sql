-- Where a message of the past goes: the conversation of its identity and account that was not over by then.
SELECT c.id
  FROM conversation AS c
 WHERE c.identity_id = :identity_id AND c.account_id = :account_id
   AND (c.status <> 'resolved' OR c.resolved_ms IS NULL OR c.resolved_ms >= :reopen_after_ms)
 ORDER BY c.last_item_ms DESC, c.id DESC
 LIMIT 1
