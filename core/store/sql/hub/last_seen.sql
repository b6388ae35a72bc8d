-- When a desktop of each agent was used last, as far as that is noted: about once an hour.
SELECT d.agent_id, max(d.seen_ms) FROM device AS d GROUP BY d.agent_id
