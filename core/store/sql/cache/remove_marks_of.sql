-- A copy has the marks of its own agent alone; they are found by agent and conversation.
DELETE FROM read_mark
 WHERE agent_id = (SELECT agent_id FROM position WHERE only = 1) AND conversation_id = :conversation_id
