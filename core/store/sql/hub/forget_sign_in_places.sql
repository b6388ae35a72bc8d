-- All but the newest :row_count of an agent.
DELETE FROM sign_in_place
 WHERE agent_id = :agent_id
   AND place NOT IN (SELECT p.place FROM sign_in_place AS p WHERE p.agent_id = :agent_id ORDER BY p.at_ms DESC, p.place LIMIT :row_count)
