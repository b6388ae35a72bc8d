-- Open work of all kinds is counted in one pass over it. CROSS JOIN: from the few who are blocked to their links, not from all
-- links there are.
SELECT count(*) FILTER (WHERE c.assignee_id = :agent_id), count(*) FILTER (WHERE c.assignee_id IS NULL), count(*),
       (SELECT count(*) FROM conversation AS s WHERE s.status = 'snoozed' AND s.joined_into_id IS NULL
           AND s.id NOT IN (SELECT d.id FROM conversation AS d WHERE d.snoozed_until_ms <= :now_ms) AND s.customer_id NOT IN
          (SELECT id FROM customer WHERE blocked <> 0 UNION SELECT l.from_id FROM customer AS k
       CROSS JOIN customer_link AS l ON l.into_id = k.id AND l.ended_ms IS NULL WHERE k.blocked <> 0)),
       (SELECT count(*) FROM conversation AS d
         WHERE +d.status = 'resolved' AND d.joined_into_id IS NULL AND d.resolved_ms >= :today_ms AND d.customer_id NOT IN
          (SELECT id FROM customer WHERE blocked <> 0 UNION SELECT l.from_id FROM customer AS k
       CROSS JOIN customer_link AS l ON l.into_id = k.id AND l.ended_ms IS NULL WHERE k.blocked <> 0)),
       count(*) FILTER (WHERE c.assignee_id = :agent_id AND c.inbound_count > coalesce(
          (SELECT r.read_count FROM read_mark AS r WHERE r.agent_id = :agent_id AND r.conversation_id = c.id), 0))
  FROM conversation AS c WHERE TRUE /*open*/
