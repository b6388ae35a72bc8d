SELECT c.team_id, count(*) FROM conversation AS c WHERE c.team_id IS NOT NULL AND TRUE /*open*/ GROUP BY c.team_id
