SELECT id, number, customer_id, identity_id, account_id, channel, subject, status, snoozed_until_ms, resolved_ms,
       assignee_id, team_id, priority, tags, created_ms, last_item_ms, preview, preview_outbound, waiting_since_ms,
       inbound_count, version, custom_status_id, fields, checklist, joined_into_id, parent_id, related,
       preview_author_id
  FROM conversation
 WHERE id = :id
