-- A page of a list. Which conversations and in which order is put in place of what stands before the comments
-- (core/store/view_query.h). Keyset, not OFFSET: rows arrive while someone scrolls, and OFFSET would show some of them twice.
-- What a row shows is looked up when it is clear which rows there are.
SELECT c.id, c.number, c.customer_id, c.identity_id, c.account_id, c.channel, c.subject, c.status, c.snoozed_until_ms,
       c.resolved_ms, c.assignee_id, c.team_id, c.priority, c.tags, c.created_ms, c.last_item_ms, c.preview,
       c.preview_outbound, c.waiting_since_ms, c.inbound_count, c.version, c.custom_status_id, c.fields, c.checklist,
       c.joined_into_id, c.parent_id, c.related, c.preview_author_id,
       coalesce(l.into_id, c.customer_id), coalesce(nullif(root.name, ''), i.name), i.shown, coalesce(a.name, ''),
       c.inbound_count - coalesce(r.read_count, 0),
       EXISTS (SELECT 1 FROM shadow AS s WHERE s.entity_type = 7 AND s.entity_key = c.id),
       coalesce(r.mentioned_ms > coalesce(r.mention_seen_ms, 0), FALSE), coalesce(p.name, ''),
       list_has_any_case(root.tags, 'vip')
           OR EXISTS (SELECT 1 FROM customer_link AS m JOIN customer AS k ON k.id = m.from_id
                       WHERE m.into_id = root.id AND m.ended_ms IS NULL AND list_has_any_case(k.tags, 'vip')),
       coalesce(r.following, 0) <> 0,
       page.place_rank, page.place_ms
  FROM (SELECT c.id AS id, 0 /*rank*/ AS place_rank, c.last_item_ms /*ms*/ AS place_ms
          FROM conversation AS c
         WHERE TRUE /*which*/ AND TRUE /*after*/
         ORDER BY c.last_item_ms DESC, c.id DESC /*order*/
         LIMIT :row_count) AS page
 CROSS JOIN conversation AS c ON c.id = page.id
  LEFT JOIN customer_link AS l ON l.from_id = c.customer_id AND l.ended_ms IS NULL
  LEFT JOIN customer AS root ON root.id = coalesce(l.into_id, c.customer_id)
  LEFT JOIN identity AS i ON i.id = c.identity_id
  LEFT JOIN agent AS a ON a.id = c.assignee_id
  LEFT JOIN agent AS p ON p.id = c.preview_author_id
  LEFT JOIN read_mark AS r ON r.agent_id = :agent_id AND r.conversation_id = c.id
 ORDER BY page.place_ms DESC, page.id DESC /*page order*/
