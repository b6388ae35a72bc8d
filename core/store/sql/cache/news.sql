-- What was said and done since then about an agent's own work, what they follow and where they are mentioned, newest first;
-- and which notes of theirs, anywhere, did not reach whom they mention.
-- Which conversations comes first: there are few of them, and what is said in all others is never looked at.
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq
  FROM (SELECT t.id AS id, t.at_ms AS at_ms
          FROM (SELECT id FROM conversation
                 WHERE assignee_id = :agent_id AND status IN ('open', 'waiting', 'snoozed')
                UNION
                SELECT id FROM conversation
                 WHERE assignee_id = :agent_id AND status = 'resolved' AND last_item_ms >= :since_ms
                UNION
                SELECT conversation_id FROM read_mark
                 WHERE agent_id = :agent_id AND (following <> 0 OR mentioned_ms >= :since_ms)) AS c
         CROSS JOIN timeline_item AS t ON t.conversation_id = c.id AND t.at_ms >= :since_ms
         WHERE t.deleted = 0
           AND CASE WHEN t.author_id = :agent_id THEN t.kind = 'outbound' AND map_get(t.delivery, 'state') = 'failed'
                    WHEN t.kind = 'event' THEN map_get(t.details, 'event') IN ('assigned', 'resolved')
                    ELSE TRUE END
        UNION ALL
        SELECT id, at_ms FROM timeline_item
         WHERE author_id = :agent_id AND kind = 'note' AND at_ms >= :since_ms AND deleted = 0
           AND map_get(details, 'notTold') IS NOT NULL
         ORDER BY 2 DESC, 1 DESC
         LIMIT :row_count) AS page
 CROSS JOIN timeline_item AS i ON i.id = page.id
 ORDER BY i.at_ms DESC, i.id DESC
