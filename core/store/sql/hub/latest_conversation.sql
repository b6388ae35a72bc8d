-- Where a new message of an identity goes: its newest conversation that is open, or resolved so recently that it reopens; of
-- one that was joined into another, that other is asked.
SELECT c.id, c.number, c.customer_id, c.identity_id, c.account_id, c.channel, c.subject, c.status, c.snoozed_until_ms,
       c.resolved_ms, c.assignee_id, c.team_id, c.priority, c.tags, c.created_ms, c.last_item_ms, c.preview,
       c.preview_outbound, c.waiting_since_ms, c.inbound_count, c.version, c.custom_status_id, c.fields, c.checklist,
       c.joined_into_id, c.parent_id, c.related, c.preview_author_id
  FROM conversation AS c
 WHERE c.identity_id = :identity_id AND c.account_id = :account_id
   AND c.parent_id IS NULL
   AND EXISTS (SELECT 1 FROM conversation AS goes_on
                WHERE goes_on.id = coalesce(c.joined_into_id, c.id)
                  AND (goes_on.status <> 'resolved' OR goes_on.resolved_ms >= :reopen_after_ms))
 ORDER BY c.last_item_ms DESC, c.status = 'resolved', c.id DESC
 LIMIT 1
