SELECT a.id, a.channel, a.name, a.address, a.health, a.problem, a.problem_text, a.problem_since_ms, a.backfill_done,
       a.backfill_total, a.defects, a.undo_seconds, a.removed, a.version, a.reopen_days, a.team_id, a.region
  FROM channel_account AS a
 WHERE NOT a.removed
 ORDER BY a.channel, a.name
