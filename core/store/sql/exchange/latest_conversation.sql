-- Where a message of the past goes: the conversation of its identity and account that was not over by then, and had begun; of
-- one that was joined into another, that other is asked.
SELECT c.id
  FROM conversation AS c
 WHERE c.identity_id = :identity_id AND c.account_id = :account_id
   AND c.parent_id IS NULL
   AND EXISTS (SELECT 1 FROM conversation AS goes_on
                WHERE goes_on.id = coalesce(c.joined_into_id, c.id) AND goes_on.created_ms <= :begun_by_ms
                  AND (goes_on.status <> 'resolved' OR goes_on.resolved_ms IS NULL
                       OR goes_on.resolved_ms >= :reopen_after_ms))
 ORDER BY c.last_item_ms DESC, c.id DESC
 LIMIT 1
