SELECT (SELECT count(*) FROM conversation WHERE assignee_id = :agent_id AND status = 'open'),
       coalesce((SELECT given_seq FROM agent_work WHERE agent_id = :agent_id), 0),
       coalesce((SELECT seen_ms FROM agent_work WHERE agent_id = :agent_id), 0)
