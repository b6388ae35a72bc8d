SELECT (SELECT count(*) FROM conversation WHERE assignee_id = :agent_id AND status IN ('open', 'waiting')),
       (SELECT count(*) FROM conversation WHERE assignee_id IS NULL AND status IN ('open', 'waiting')),
       (SELECT count(*) FROM conversation WHERE status IN ('open', 'waiting')),
       (SELECT count(*) FROM conversation WHERE status = 'snoozed'),
       (SELECT count(*) FROM conversation WHERE status = 'resolved' AND resolved_ms >= :today_ms),
       (SELECT count(*) FROM conversation AS c
          LEFT JOIN read_mark AS r ON r.agent_id = :agent_id AND r.conversation_id = c.id
         WHERE c.assignee_id = :agent_id AND c.status IN ('open', 'waiting')
           AND c.inbound_count > coalesce(r.read_count, 0))
