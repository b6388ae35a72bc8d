UPDATE agent_work SET given_seq = :given_seq WHERE agent_id = :agent_id
