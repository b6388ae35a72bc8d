-- What is not resolved of a person: of the root and of everything merged into it. Found by the indexes that hold little else,
-- and no row is looked up for it: most of what a customer has is resolved, of some thousands. What is joined into another one
-- is resolved.
WITH member(id) AS (SELECT :root_id UNION ALL SELECT from_id FROM customer_link WHERE into_id = :root_id AND ended_ms IS NULL)
SELECT c.id, c.number, c.customer_id, c.identity_id, c.account_id, c.channel, c.subject, c.status, c.snoozed_until_ms,
       c.resolved_ms, c.assignee_id, c.team_id, c.priority, c.tags, c.created_ms, c.last_item_ms, c.preview,
       c.preview_outbound, c.waiting_since_ms, c.inbound_count, c.version, c.custom_status_id, c.fields, c.checklist,
       c.joined_into_id, c.parent_id, c.related, c.preview_author_id
  FROM conversation AS c
 WHERE c.id IN (SELECT o.id FROM conversation AS o INDEXED BY conversation_open
                 WHERE o.customer_id IN (SELECT id FROM member)
                   AND o.status IN ('open', 'waiting') AND o.joined_into_id IS NULL
                UNION ALL
                SELECT o.id FROM conversation AS o INDEXED BY conversation_put_off
                 WHERE o.status = 'snoozed' AND o.customer_id IN (SELECT id FROM member))
 ORDER BY c.last_item_ms DESC, c.id DESC
 LIMIT :row_count
