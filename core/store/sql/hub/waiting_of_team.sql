-- What waits in a team's queue, the longest waiting first. By the index of a team's conversations that are not resolved:
-- this is asked with every change, and of the others there are ever more. (A plain `status` would be put into the index's own
-- condition, which then is no longer that.)
SELECT c.id, c.number, c.customer_id, c.identity_id, c.account_id, c.channel, c.subject, c.status, c.snoozed_until_ms,
       c.resolved_ms, c.assignee_id, c.team_id, c.priority, c.tags, c.created_ms, c.last_item_ms, c.preview,
       c.preview_outbound, c.waiting_since_ms, c.inbound_count, c.version, c.custom_status_id, c.fields, c.checklist,
       c.joined_into_id, c.parent_id, c.related, c.preview_author_id
  FROM conversation AS c
 WHERE c.team_id = :team_id AND (c.status = 'resolved') = 0 AND c.assignee_id IS NULL AND +c.status = 'open'
 ORDER BY coalesce(c.waiting_since_ms, c.last_item_ms), c.id
 LIMIT :row_count
