-- In which conversations of a person, of the root or of anybody merged into it, they have written what was not counted: while
-- they were blocked. Not where somebody has resolved it since.
SELECT c.id
  FROM conversation AS c
 WHERE c.joined_into_id IS NULL
   AND (c.customer_id = :root_id
        OR c.customer_id IN (SELECT l.from_id FROM customer_link AS l WHERE l.into_id = :root_id AND l.ended_ms IS NULL))
   AND c.inbound_count < (SELECT count(*) FROM timeline_item AS i
                           WHERE i.conversation_id = c.id AND i.kind = 'inbound' AND NOT i.deleted
                             -- What a machine sends is counted where it has begun the conversation.
                             AND (NOT i.automatic OR i.at_ms = c.created_ms))
   AND (c.status <> 'resolved' OR c.resolved_ms IS NULL
        OR EXISTS (SELECT 1 FROM timeline_item AS i
                    WHERE i.conversation_id = c.id AND i.kind = 'inbound' AND NOT i.automatic AND NOT i.deleted
                      AND i.at_ms > c.resolved_ms))
 ORDER BY c.id
