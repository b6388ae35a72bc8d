SELECT c.id, c.number, c.customer_id, c.identity_id, c.account_id, c.channel, c.subject, c.status, c.snoozed_until_ms,
       c.resolved_ms, c.assignee_id, c.team_id, c.priority, c.tags, c.created_ms, c.last_item_ms, c.preview,
       c.preview_outbound, c.waiting_since_ms, c.inbound_count, c.version, c.custom_status_id, c.fields, c.checklist,
       c.joined_into_id, c.parent_id, c.related, c.preview_author_id
  FROM conversation AS c
 WHERE c.customer_id = :id
 ORDER BY c.last_item_ms DESC, c.id DESC
 LIMIT :row_count
