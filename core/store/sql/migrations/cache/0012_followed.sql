CREATE INDEX read_mark_following ON read_mark (agent_id) WHERE following <> 0
